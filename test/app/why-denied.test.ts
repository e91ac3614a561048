import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { whyDenied, type WhyDenied, type WhyDeniedRequest } from '../../src/app/why-denied.ts';
import { renderWhyDeniedJson } from '../../src/report/why-denied.ts';
import { as, type Example, get, GRANTS, object, PLACES, refused } from '../access/denied-messages.ts';
import { CALLERS, POLICIES } from '../access/denied-messages-callers.ts';
import { SERVICES } from '../access/denied-messages-services.ts';
import { AS_OF, withFolder } from '../catalog/support.ts';
import { REPOSITORY } from '../support/edl.ts';

const ask = (request: Partial<WhyDeniedRequest> & { readonly text: string }): Promise<WhyDenied> =>
  whyDenied({ cwd: REPOSITORY, asOf: AS_OF, today: AS_OF, ...request }, { emit: () => undefined });

const firstOf = (outcome: WhyDenied): string | undefined =>
  outcome.status === 'invalid' ? outcome.diagnostics[0]?.code : outcome.diagnoses[0]?.causes[0]?.id;

const PAYROLL = get('edl-prod-team-oncology', 'sensitive', 'payroll/data/u1/a.parquet');

describe('why-denied on the sample lake', () => {
  it('answers with the catalog alone', async () => {
    expect(firstOf(await ask({ text: PAYROLL }))).toBe('no-grant');
  });

  it('judges our own bucket policies and boundary, which it compiles', async () => {
    const text = refused(
      as('edl-prod-service-lab-robots'),
      's3:PutObject',
      'arn:aws:s3:::acme-datalake-drop-prod-restricted-eu-west-1/lab-results/x.csv',
      ' with an explicit deny in a resource-based policy',
    );
    expect(JSON.stringify(await ask({ text }))).toContain('DenyOtherEncryption');
    const bounded = refused(
      as('edl-prod-team-oncology'),
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a'),
      ' because no permissions boundary allows the s3:GetObject action',
    );
    expect(firstOf(await ask({ text: bounded }))).toBe('boundary');
  });

  it.each([
    ['team:oncology', 'no-grant'],
    ['oncology', 'no-grant'],
    ['samir.haddad@acme.example', 'no-grant'],
    ['jane.doe@acme.example', 'EDL-5043'],
    ['team:nobody', 'EDL-5042'],
    ['everyone:internal', 'EDL-5060'],
  ])('takes --principal %s: %s', async (principal, expected) => {
    expect(firstOf(await ask({ text: 'Access Denied', principal, on: 'payroll', instance: 'prod' }))).toBe(expected);
  });

  it.each([
    ['lab-results', {}, 'EDL-5040'],
    ['lab-results', { instance: 'dev01' }, 'not-this-instance'],
    ['payroll', {}, 'no-grant'],
  ])('guesses no instance, where there are several: %s %j is %s', async (on, more, expected) => {
    const outcome = await ask({ text: 'Access Denied', principal: 'team:oncology', on, ...more });
    expect(outcome.status === 'answered' ? firstOf(outcome) : outcome.diagnostics[0]?.code).toBe(expected);
  });

  it('prints nothing of the flags that commands a terminal', async () => {
    const outcome = await ask({ text: 'Access Denied', principal: 'team:\u001b[2Jnobody', on: 'payroll' });
    expect(outcome.diagnostics[0]?.detail).toContain('"team:nobody"');
  });

  it('says that policies allow it only where it asked them', async () => {
    const compiled = 'the compiled policies allow it';
    const put = get('edl-prod-team-oncology', 'sensitive', 'clinical-trials/data/u/a');
    expect(JSON.stringify(await ask({ text: put }))).toContain(compiled);
    const bare = await ask({
      text: 'Access Denied',
      principal: 'team:oncology',
      on: 'clinical-trials',
      instance: 'prod',
    });
    expect(firstOf(bare)).toBe('not-applied');
    expect(JSON.stringify(bare)).not.toContain(compiled);
  });

  it('does not know an instance that is not there', async () => {
    expect(firstOf(await ask({ text: PAYROLL, instance: 'qa' }))).toBe('EDL-5001');
  });

  it.each([
    '',
    'hello',
    'Access Denied',
    'An error occurred (AccessDenied) when calling the GetObject operation: Access Denied',
  ])('says which forms it knows, and what to add: %j', async (text) => {
    const outcome = await ask({ text });
    expect(outcome.status).toBe('unclear');
    const [diagnostic] = outcome.diagnostics;
    expect(diagnostic?.code).toBe('EDL-5060');
    expect(diagnostic?.detail).toContain('--principal');
    expect(diagnostic?.detail).toContain('S3A');
  });

  it('tells each refusal of a text', async () => {
    const outcome = await ask({
      text: `${PAYROLL}\n${get('edl-prod-team-oncology', 'sensitive', 'clinical-trials/raw/u/a')}`,
    });
    expect(outcome.status === 'answered' && outcome.diagnoses.map(({ causes }) => causes[0]?.id)).toEqual([
      'no-grant',
      'level-too-low',
    ]);
  });

  it('proposes a caller that the catalog takes, and that then lacks the other side only', async () => {
    const text = CALLERS.find(({ name }) => name === 'a caller that nobody declared')?.text ?? '';
    const outcome = await ask({ text });
    const proposal = outcome.status === 'answered' ? outcome.diagnoses[0]?.causes[0]?.proposal : undefined;
    await withFolder(async (root) => {
      await cp(join(REPOSITORY, 'lake.yaml'), join(root, 'lake.yaml'));
      await cp(join(REPOSITORY, 'catalog'), join(root, 'catalog'), { recursive: true });
      const path = join(root, proposal?.file ?? '');
      const file = await readFile(path, 'utf8');
      await writeFile(path, file.replace('assumedBy:\n', `assumedBy:\n${proposal?.yaml ?? ''}\n`));
      expect(firstOf(await ask({ cwd: root, text }))).toBe('caller-policy');
    });
  });
});

describe('schemas/why-denied.schema.json', async () => {
  const schema: object = JSON.parse(
    await readFile(join(REPOSITORY, 'schemas/why-denied.schema.json'), 'utf8'),
  ) as object;
  const validate = new Ajv({ allErrors: true }).compile(schema);
  const all: readonly Example[] = [...GRANTS, ...PLACES, ...CALLERS, ...POLICIES, ...SERVICES];
  // The shape of an answer follows from its cause: one example of each is enough, and each reads the whole lake.
  const examples = new Map(all.map((example) => [example.cause, example])).values();

  it('describes every answer', async () => {
    for (const { name, text, principal, on, instance } of examples) {
      const outcome = await ask({
        text,
        ...(principal === undefined ? {} : { principal }),
        ...(on === undefined ? {} : { on }),
        ...(instance === undefined ? {} : { instance }),
      });
      if (outcome.status !== 'answered') throw new Error(`${name}: ${outcome.status}`);
      validate(JSON.parse(renderWhyDeniedJson(outcome)));
      expect([name, validate.errors]).toEqual([name, null]);
    }
  });
});
