import { describe, expect, it } from 'vitest';
import {
  type AccountRole,
  findWriters,
  type ImmutabilityInput,
  type PublishedBucket,
} from '../../../src/access/immutability/prove-immutable.ts';
import type { JsonObject } from '../../../src/reconciler/model/json.ts';

const ACCOUNT = '111111111111';
const BUCKET = 'acme-datalake-dev01-internal-eu-west-1';
const OBJECTS = `arn:aws:s3:::${BUCKET}/*`;
const RUNNER = `arn:aws:iam::${ACCOUNT}:role/edl/dev01/run/edl-dev01-pipeline-daily`;

const document = (...Statement: readonly JsonObject[]): JsonObject => ({ Version: '2012-10-17', Statement });
const allow = (Action: string, more: JsonObject = {}): JsonObject => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});

const reserved = (...but: readonly string[]): JsonObject => ({
  Sid: 'DenyWritesButOfRuns',
  Effect: 'Deny',
  Principal: '*',
  Action: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObject'],
  Resource: [`arn:aws:s3:::${BUCKET}/*/data/*`, `arn:aws:s3:::${BUCKET}/*/raw/*`],
  Condition: { ArnNotLike: { 'aws:PrincipalArn': [`arn:aws:iam::${ACCOUNT}:role/edl/dev01/run/*`, ...but] } },
});

const bucket = (policy?: JsonObject, datasets: readonly string[] = ['probe']): PublishedBucket => ({
  name: BUCKET,
  datasets,
  context: { 'aws:SecureTransport': 'true', 'aws:PrincipalOrgID': 'o-acme12345' },
  ...(policy === undefined ? {} : { policy }),
});

const role = (path: string, ...statements: readonly JsonObject[]): AccountRole => ({
  arn: `arn:aws:iam::${ACCOUNT}:role/${path}`,
  documents: [{ name: 'own', document: document(...statements) }],
  unread: [],
});

const find = (
  buckets: readonly PublishedBucket[],
  roles: readonly AccountRole[],
  more: Partial<ImmutabilityInput> = {},
) =>
  findWriters({
    account: ACCOUNT,
    buckets,
    roles,
    writers: new Set([RUNNER]),
    asOf: '2026-11-22T00:00:00Z',
    ...more,
  }).map(
    ({ who, actions, places, certainty }) =>
      `${who.split('/').at(-1) ?? ''} ${certainty} ${actions.join()} ${places.join()}`,
  );

const ALL = 's3:DeleteObject,s3:DeleteObjectVersion,s3:PutObject data/,raw/';
const runner = role('edl/dev01/run/edl-dev01-pipeline-daily', allow('s3:*'));
const admin = role('admin', allow('*'));

describe('who can change what is published', () => {
  it('nobody but the runners, while the policy is there', () => {
    expect(find([bucket(document(reserved()))], [runner, admin])).toEqual([]);
  });

  it('without the policy everybody with rights, and users whose rights nobody read', () => {
    expect(find([bucket()], [runner, admin, role('reader', allow('s3:GetObject'))])).toEqual([
      `admin proven ${ALL}`,
      `users of the account conditional ${ALL}`,
    ]);
  });

  it('a role among the runners that git does not know', () => {
    const unknown = role('edl/dev01/run/night-shift', allow('s3:DeleteObject'));
    expect(find([bucket(document(reserved()))], [unknown])).toEqual(['night-shift proven s3:DeleteObject data/,raw/']);
  });

  it('the declared purge role may delete, but not put', () => {
    const purge = role('erasure', allow('s3:*'));
    const buckets = [bucket(document(reserved(purge.arn)))];
    expect(find(buckets, [purge])).toEqual([`erasure proven ${ALL}`]);
    expect(find(buckets, [purge], { purger: purge.arn })).toEqual(['erasure proven s3:PutObject data/,raw/']);
  });

  it('a protection that names only some datasets, or only one of the places', () => {
    const some = { ...reserved(), Resource: [`arn:aws:s3:::${BUCKET}/trials/*`, `arn:aws:s3:::${BUCKET}/*/raw/*`] };
    expect(find([bucket(document(some), ['trials'])], [admin])).toEqual([]);
    expect(find([bucket(document(some), ['trials', 'sites'])], [admin])[0]).toBe(
      'admin proven s3:DeleteObject,s3:DeleteObjectVersion,s3:PutObject data/',
    );
  });

  it('a deny that hangs on something nobody knows makes it conditional', () => {
    const unsure = { ...reserved(), Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } };
    expect(find([bucket(document(unsure))], [admin])[0]).toBe(`admin conditional ${ALL}`);
  });

  it('a policy of the role that nobody could read makes it conditional', () => {
    const opaque: AccountRole = { ...role('opaque'), unread: ['arn:aws:iam::aws:policy/Unheard'] };
    expect(find([bucket()], [opaque])[0]).toBe(`opaque conditional ${ALL}`);
    expect(find([bucket(document(reserved()))], [opaque])).toEqual([]);
  });

  it('a boundary keeps a role out', () => {
    const boundary = { name: 'boundary', document: document(allow('s3:GetObject')) };
    expect(find([bucket()], [{ ...admin, boundary }])).toEqual([`users of the account conditional ${ALL}`]);
  });

  it.each([
    ['an account', { AWS: 'arn:aws:iam::222222222222:root' }, 'arn:aws:iam::222222222222:root'],
    ['a role', { AWS: 'arn:aws:iam::222222222222:role/loader' }, 'loader'],
    ['everybody', '*', 'anybody in other accounts'],
  ])('the policy lets %s elsewhere write', (_title, Principal, who) => {
    const policy = document(allow('s3:PutObject', { Principal, Resource: OBJECTS }));
    expect(find([bucket(policy)], [])).toContain(`${who} proven s3:PutObject data/,raw/`);
    expect(find([bucket(document(allow('s3:PutObject', { Principal, Resource: OBJECTS }), reserved()))], [])).toEqual(
      [],
    );
  });

  it('reading for others is no exception', () => {
    const reading = allow('s3:GetObject', { Principal: '*', Resource: OBJECTS });
    expect(find([bucket(document(reading, reserved()))], [])).toEqual([]);
  });
});
