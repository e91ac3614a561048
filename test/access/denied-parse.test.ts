import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { parseDenials } from '../../src/access/denied/parse.ts';
import { as, bucket, GRANTS, object, PLACES, refused } from './denied-messages.ts';
import { CALLERS, POLICIES } from './denied-messages-callers.ts';
import { SERVICES } from './denied-messages-services.ts';

const CALLER = as('edl-prod-team-oncology', 'jane');
const OBJECT = object('sensitive', 'payroll/data/u1/a.parquet');
const SENTENCE = refused(
  CALLER,
  's3:GetObject',
  OBJECT,
  ' because no identity-based policy allows the s3:GetObject action',
);

const WHOLE = {
  service: 's3',
  action: 's3:GetObject',
  isActionStated: true,
  resource: OBJECT,
  location: { bucket: bucket('sensitive'), key: 'payroll/data/u1/a.parquet' },
  caller: { arn: CALLER, account: '333333333333', role: 'edl-prod-team-oncology', session: 'jane' },
  why: { kind: 'implicit', policy: 'identity' },
  signs: [],
};

/** Breaks a text after every `width` characters, as a terminal does. */
const broken = (text: string, width: number): string => text.match(new RegExp(`.{1,${width}}`, 'g'))?.join('\n') ?? '';

describe('IAM’s sentence', () => {
  it('is read whole', () => {
    expect(parseDenials(SENTENCE)).toEqual([WHOLE]);
  });

  it.each([
    [
      'behind the words of the AWS CLI',
      `An error occurred (AccessDenied) when calling the GetObject operation: ${SENTENCE}`,
    ],
    ['without quotes', SENTENCE.replaceAll('"', '')],
    ['in a log', `2026-11-22 10:00:00,123 ERROR ${SENTENCE}`],
    ['in JSON', JSON.stringify({ errorCode: 'AccessDenied', errorMessage: SENTENCE })],
    [
      'in XML',
      `<Error><Code>AccessDenied</Code><Message>${SENTENCE.replaceAll('"', '&quot;')}</Message><RequestId>1</RequestId></Error>`,
    ],
    ['wrapped at words', SENTENCE.replaceAll(' because', '\n    because').replaceAll(' is not', '\n  is not')],
    ['broken by a terminal', broken(SENTENCE, 100)],
    ['in a frame', `│ Error: ${SENTENCE}\n│\n│   with data.x`],
    ['told twice', `${SENTENCE}\nCaused by: ${SENTENCE}`],
    ['of a container', `worker-1  | ${SENTENCE}`],
  ])('is the same %s', (_, text) => {
    expect(parseDenials(text)).toEqual([WHOLE]);
  });

  it.each([
    [' with an explicit deny in a resource-based policy', { kind: 'explicit', policy: 'resource' }],
    [' with an explicit deny in an identity-based policy', { kind: 'explicit', policy: 'identity' }],
    [' with an explicit deny in a service control policy', { kind: 'explicit', policy: 'service-control' }],
    [' with an explicit deny in a resource control policy', { kind: 'explicit', policy: 'resource-control' }],
    [' with an explicit deny in a permissions boundary', { kind: 'explicit', policy: 'boundary' }],
    [' with an explicit deny in a session policy', { kind: 'explicit', policy: 'session' }],
    [' with an explicit deny in a VPC endpoint policy', { kind: 'explicit', policy: 'vpc-endpoint' }],
    [' with an explicit deny in the role trust policy', { kind: 'explicit', policy: 'trust' }],
    [' because no permissions boundary allows the s3:GetObject action', { kind: 'implicit', policy: 'boundary' }],
    [' because no session policy allows the s3:GetObject action', { kind: 'implicit', policy: 'session' }],
    [' because no resource-based policy allows the s3:GetObject action', { kind: 'implicit', policy: 'resource' }],
    [
      ' because no service control policy allows the s3:GetObject action',
      { kind: 'implicit', policy: 'service-control' },
    ],
    [' because no VPC endpoint policy allows the s3:GetObject action', { kind: 'implicit', policy: 'vpc-endpoint' }],
    [
      ' with an explicit deny in a service control policy: arn:aws:organizations::987654321098:policy/o-a/service_control_policy/p-b',
      {
        kind: 'explicit',
        policy: 'service-control',
        policyArn: 'arn:aws:organizations::987654321098:policy/o-a/service_control_policy/p-b',
      },
    ],
    ['', undefined],
  ])('names the policy%s', (words, why) => {
    expect(parseDenials(refused(CALLER, 's3:GetObject', OBJECT, words))[0]?.why).toEqual(why);
  });

  it('tells users, roles and sessions apart', () => {
    const [user] = parseDenials(
      'User: arn:aws:iam::123456789012:user/ops/jane is not authorized to perform: s3:ListAllMyBuckets',
    );
    expect(user?.caller).toMatchObject({ user: 'jane', account: '123456789012' });
    const [role] = parseDenials(refused('arn:aws:iam::123456789012:role/a/b', 's3:GetObject', OBJECT));
    expect(role?.caller).toMatchObject({ role: 'b' });
  });
});

describe('several refusals in one text', () => {
  it('are told apart, each once', () => {
    const other = refused(CALLER, 'kms:Decrypt', 'arn:aws:kms:eu-west-1:333333333333:key/1');
    const actions = parseDenials(`${SENTENCE}\n${other}\n${SENTENCE}`).map(({ action }) => action);
    expect(actions).toEqual(['s3:GetObject', 'kms:Decrypt']);
  });

  it('are one where a client wraps what AWS says', () => {
    const key = refused(CALLER, 'kms:Decrypt', 'arn:aws:kms:eu-west-1:333333333333:key/1');
    const text = `download failed: s3://${bucket('sensitive')}/payroll/data/a to ./a An error occurred (AccessDenied) when calling the GetObject operation: ${key}`;
    expect(parseDenials(text)).toMatchObject([
      { action: 'kms:Decrypt', location: { key: 'payroll/data/a' }, service: 'kms' },
    ]);
  });

  it('are two where only the place differs', () => {
    const failed = (key: string): string =>
      `download failed: s3://${bucket('sensitive')}/${key} to ./a An error occurred (AccessDenied) when calling the GetObject operation: Access Denied`;
    const keys = parseDenials(`${failed('payroll/data/a')}\n${failed('payroll/data/b')}`).map(
      ({ location }) => location?.key,
    );
    expect(keys).toEqual(['payroll/data/a', 'payroll/data/b']);
  });

  it('are not two because a stack trace repeats itself', () => {
    const [spark] = SERVICES.filter(({ name }) => name.startsWith('Spark'));
    expect(parseDenials(spark?.text ?? '')).toHaveLength(1);
  });
});

describe('what commands a terminal', () => {
  const [ESCAPE, BELL] = ['\u001b', '\u0007'];

  it.each([
    ['clears the screen', `${ESCAPE}[2J`],
    ['colours', `${ESCAPE}[1;31m`],
    ['sets the title', `${ESCAPE}]0;evil${BELL}`],
    ['links', `${ESCAPE}]8;;https://evil.example${ESCAPE}\\`],
    ['moves the cursor by one byte', '\u009b2A'],
    ['resets', `${ESCAPE}c`],
    ['goes back', '\b\b'],
    ['turns the writing round', '\u202e'],
  ])('is left out: what %s', (_, command) => {
    const key = (text: string): string => OBJECT.replace('payroll', `pay${text}roll`);
    expect(parseDenials(SENTENCE.replaceAll(OBJECT, key(command)))).toEqual([WHOLE]);
  });

  it('is left out of what a URL holds in other letters', () => {
    const url = `https://${bucket('sensitive')}.s3.eu-west-1.amazonaws.com/payroll%1B%5B2J/a 403 (Forbidden)`;
    expect(parseDenials(url)[0]?.location?.key).toBe('payroll/a');
  });
});

describe('a sentence on a line of its own', () => {
  it('is not joined to the action before it', () => {
    const text = `An error occurred (AccessDenied): You are not authorized to perform: s3:GetObject\nUser: ${CALLER}`;
    expect(parseDenials(text)).toMatchObject([{ action: 's3:GetObject' }]);
  });
});

describe('what is no refusal', () => {
  it.each(['', 'hello', 'User: x is authorized', 'Traceback (most recent call last):', '{"a": 1}'])('%s', (text) => {
    expect(parseDenials(text)).toEqual([]);
  });
});

describe('credentials', () => {
  const SECRETS = [
    'AKIAIOSFODNN7EXAMPLE',
    'ASIAIOSFODNN7EXAMPLE',
    'deadbeefdeadbeef',
    'FwoGZXIvYXdzEXAMPLETOKEN',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  ];

  it.each([
    `https://${bucket('sensitive')}.s3.eu-west-1.amazonaws.com/payroll/data/a?X-Amz-Credential=${SECRETS[1] ?? ''}%2F1&X-Amz-Security-Token=${SECRETS[3] ?? ''}&X-Amz-Signature=${SECRETS[2] ?? ''} 403 (Forbidden)`,
    `s3://${bucket('sensitive')}/payroll/data/a?X-Amz-Signature=${SECRETS[2] ?? ''} Access Denied`,
    `AWS_SECRET_ACCESS_KEY=${SECRETS[4] ?? ''} aws s3 cp s3://${bucket('sensitive')}/payroll/data/a . : Access Denied`,
    refused(as('edl-prod-team-oncology', SECRETS[0]), 's3:GetObject', OBJECT),
    `<Error><Code>InvalidAccessKeyId</Code><AWSAccessKeyId>${SECRETS[0] ?? ''}</AWSAccessKeyId></Error>`,
    `An error occurred (UnauthorizedOperation) when calling the X operation: Encoded authorization failure message: ${SECRETS[3] ?? ''}`,
  ])('are never kept: %#', (text) => {
    const kept = JSON.stringify(parseDenials(text));
    expect(kept).not.toBe('[]');
    for (const secret of SECRETS) expect(kept).not.toContain(secret);
  });
});

describe('any text', () => {
  const examples = [...GRANTS, ...PLACES, ...CALLERS, ...POLICIES, ...SERVICES].map(({ text }) => text);

  it('is read without failing, and quickly', () => {
    fc.assert(
      fc.property(fc.constantFrom(...examples), fc.string({ maxLength: 40 }), fc.nat(400), (text, noise, at) => {
        const started = performance.now();
        parseDenials(text.slice(0, at) + noise + text.slice(at));
        expect(performance.now() - started).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });

  it('may be long', () => {
    const started = performance.now();
    expect(parseDenials(`${'at org.apache.spark.x(Y.java:1)\n'.repeat(20_000)}${SENTENCE}`)).toEqual([WHOLE]);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
