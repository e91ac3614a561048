import { describe, expect, it } from 'vitest';
import { nameAuthors } from '../../src/app/drift/authors.ts';
import type { DriftParts, JudgedDrift } from '../../src/app/drift/entries.ts';
import { trailSearch } from '../../src/app/drift/trail-questions.ts';
import type { Authorship, DriftEntry } from '../../src/reconciler/model/drift.ts';
import { EdlError } from '../../src/reconciler/model/errors.ts';
import type { Trail, TrailEvent, TrailQuestion } from '../../src/reconciler/model/trail.ts';
import { resourceKinds } from '../../src/resources/index.ts';

const entry = (id: DriftEntry['id'], ...paths: readonly string[]): DriftEntry => ({
  id,
  kind: id.slice(0, id.indexOf('/')),
  type: 'AWS::X::Y',
  stack: 'edl-dev01-x',
  region: 'eu-west-1',
  state: paths.length === 0 ? 'missing' : 'drifted',
  effect: 'widens',
  parts: paths.map((path) => ({ path, properties: [], effect: 'widens' })),
  access: [],
});

const event = (name: string, at: string, more: Partial<TrailEvent> = {}): TrailEvent => ({
  id: `${name} ${at}`,
  name,
  at,
  by: 'arn:aws:sts::111111111111:assumed-role/admin/jane.doe',
  isRefused: false,
  parameters: '{"roleName":"edl-dev01-team-x"}',
  ...more,
});

// The parts that authors look at: everything else of a plan tells nothing of who did it.
const parts = {
  catalog: { lake: { instances: [{ name: 'dev01', account: '111111111111', regions: ['eu-west-1'] }] } },
  desired: { account: '111111111111', instance: 'dev01', asOf: '2026-11-22T00:00:00Z' },
  live: {
    resources: [{ id: 'kms-alias/eu-west-1/edl-dev01-restricted', properties: { TargetKeyId: 'key-1' } }],
  },
} as unknown as DriftParts;

const ask = async (entries: readonly DriftEntry[], answer: (question: TrailQuestion) => readonly TrailEvent[]) => {
  const asked: string[] = [];
  const trail: Trail = {
    events: (question) => {
      asked.push(`${question.region} ${question.attribute} ${question.value}`);
      return Promise.resolve(answer(question));
    },
  };
  const judged = entries.map((one) => ({ entry: one }) as unknown as JudgedDrift);
  const named = await nameAuthors(judged, parts, { trail });
  return { asked, authors: named.map((one): Authorship | undefined => one.entry.author) };
};

describe('who did it', () => {
  it('the newest event that can have done it; how many others could is told', async () => {
    const { asked, authors } = await ask([entry('iam-role/edl-dev01-team-x', '/ManagedPolicyArns/0')], () => [
      event('PutRolePolicy', '2026-11-21T23:00:00Z'),
      event('AttachRolePolicy', '2026-11-21T22:00:00Z', { isRefused: true }),
      event('AttachRolePolicy', '2026-11-21T21:00:00Z', { sourceIp: '192.0.2.1' }),
      event('DetachRolePolicy', '2026-11-20T21:00:00Z'),
    ]);
    expect(asked).toEqual(['us-east-1 ResourceName edl-dev01-team-x']);
    expect(authors).toEqual([
      {
        status: 'known',
        by: 'arn:aws:sts::111111111111:assumed-role/admin/jane.doe',
        event: 'AttachRolePolicy',
        eventId: 'AttachRolePolicy 2026-11-21T21:00:00Z',
        at: '2026-11-21T21:00:00Z',
        sourceIp: '192.0.2.1',
        others: 1,
      },
    ]);
  });

  it("CloudFormation's calls under EDL's role are nobody's deed; its calls for somebody else are", async () => {
    const by = 'arn:aws:sts::111111111111:assumed-role/edl-dev01-cloudformation/AWSCloudFormation';
    const { authors } = await ask([entry('iam-role/edl-dev01-team-x', '/Policies/0')], () => [
      event('PutRolePolicy', '2026-11-21T23:00:00Z', { by }),
      event('PutRolePolicy', '2026-11-21T20:00:00Z', { invokedBy: 'cloudformation.amazonaws.com' }),
    ]);
    expect(authors[0]).toMatchObject({ status: 'known', at: '2026-11-21T20:00:00Z' });
  });

  it('by the name of the call, where events name no resource', async () => {
    const { asked, authors } = await ask(
      [entry('athena-workgroup/eu-west-1/edl-dev01-team-x', '/State')],
      (question) =>
        question.attribute === 'ResourceName'
          ? []
          : [
              event('UpdateWorkGroup', '2026-11-21T23:00:00Z', { parameters: '{"workGroup":"another"}' }),
              event('UpdateWorkGroup', '2026-11-21T22:00:00Z', { parameters: '{"workGroup":"edl-dev01-team-x"}' }),
            ],
    );
    expect(asked).toEqual(['eu-west-1 ResourceName edl-dev01-team-x', 'eu-west-1 EventName UpdateWorkGroup']);
    expect(authors[0]).toMatchObject({ status: 'known', at: '2026-11-21T22:00:00Z', others: 0 });
  });

  it('keys and policies by their ARN', async () => {
    const { asked } = await ask(
      [
        entry('kms-key/eu-west-1/edl-dev01-restricted', '/KeyPolicy'),
        entry('iam-managed-policy/edl-dev01-boundary', '/PolicyDocument'),
      ],
      ({ value }) => [event(value.includes(':kms:') ? 'PutKeyPolicy' : 'CreatePolicyVersion', '2026-11-21T22:00:00Z')],
    );
    expect(asked).toEqual([
      'eu-west-1 ResourceName arn:aws:kms:eu-west-1:111111111111:key/key-1',
      'us-east-1 ResourceName arn:aws:iam::111111111111:policy/edl/dev01/edl-dev01-boundary',
    ]);
  });

  it('nobody knows: no such event, no such history', async () => {
    const { authors } = await ask(
      [entry('glue-job/eu-west-1/edl-dev01-x', '/Role'), entry('artifact/eu-west-1/x.zip', '/Md5')],
      () => [],
    );
    expect(authors).toEqual([
      { status: 'unknown', reason: expect.stringContaining('no such event of the last 90 days') as string },
      { status: 'unknown', reason: expect.stringContaining('does not have changes of this kind') as string },
    ]);
  });

  it('CloudTrail refuses: asked once, told for all', async () => {
    const { asked, authors } = await ask(
      [entry('iam-role/a', '/Description'), entry('iam-role/b', '/Description')],
      () => {
        throw new EdlError('EDL-4004', 'user', 'Could not look up in CloudTrail: access denied.');
      },
    );
    expect(asked).toHaveLength(1);
    expect(authors.map((author) => author?.status)).toEqual(['unknown', 'unknown']);
  });

  it('a bug is no answer', async () => {
    await expect(
      ask([entry('iam-role/a', '/Description')], () => {
        throw new TypeError('a bug');
      }),
    ).rejects.toThrow('a bug');
  });

  it('only so many are asked about', async () => {
    const many = Array.from({ length: 35 }, (_, index) => entry(`iam-role/role-${index}`, '/Description'));
    const { asked, authors } = await ask(many, () => [event('UpdateRole', '2026-11-21T22:00:00Z')]);
    expect(asked).toHaveLength(30);
    expect(authors[34]).toMatchObject({ status: 'unknown' });
  });
});

it('every kind but what lies in S3 has calls to look for, changed and gone', () => {
  const silent = resourceKinds
    .map(({ name }) => name)
    .filter((name) => trailSearch(entry(`${name}/eu-west-1/x`, '/Anything'), undefined) === undefined);
  expect(silent.filter((name) => !['iam-role', 's3-bucket', 'kms-key'].includes(name))).toEqual([
    'artifact',
    'registry',
  ]);
  const gone = resourceKinds
    .map(({ name }) => name)
    .filter((name) => trailSearch(entry(`${name}/eu-west-1/x`), undefined) === undefined);
  expect(gone).toEqual(['artifact', 'registry']);
});

it('one more of a kind is asked about by the calls that make one', () => {
  const callsOf = (id: DriftEntry['id']) => trailSearch({ ...entry(id), undeclared: true }, undefined)?.calls;
  expect(callsOf('glue-table/eu-west-1/edl_dev01_internal/stray')).toEqual(['CreateTable']);
  expect(callsOf('iam-role/backdoor')).toEqual(['CreateRole']);
  expect(callsOf('s3-bucket-policy/x')).toEqual(['PutBucketPolicy']);
});
