import type { ImmutabilityException } from '../../reconciler/model/drift.ts';
import { compareText, type JsonObject, listOf, objectOf } from '../../reconciler/model/json.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import { accountOf, matchPrincipal } from '../evaluate/principals.ts';
import type { AccessRequest, Decision, EvaluationContext, NamedDocument, RequestContext } from '../evaluate/types.ts';

/** A bucket of published data, as it is in AWS. */
export interface PublishedBucket {
  readonly name: string;
  /** Absent: it has no policy, so nothing keeps anybody out. */
  readonly policy?: JsonObject;
  /** Names of its datasets to try, one that no dataset has among them; one is enough where the policy is EDL's own. */
  readonly datasets: readonly string[];
  /** The keys of an ordinary request to it. */
  readonly context: RequestContext;
}

/** A role of the account, as it is in AWS. */
export interface AccountRole {
  readonly arn: string;
  readonly documents: readonly NamedDocument[];
  readonly boundary?: NamedDocument;
  /** ARNs of policies that nobody could read: they may allow anything. */
  readonly unread: readonly string[];
}

/** Everything that decides who can change what is published. */
export interface ImmutabilityInput {
  readonly account: string;
  readonly buckets: readonly PublishedBucket[];
  readonly roles: readonly AccountRole[];
  /** ARNs of the roles that git lets write: the runners'. */
  readonly writers: ReadonlySet<string>;
  /** ARN of the role that git lets delete. */
  readonly purger?: string;
  /** ISO 8601, UTC. */
  readonly asOf: string;
}

/** What changes an object or makes one vanish. */
const DELETES = ['s3:DeleteObject', 's3:DeleteObjectVersion'] as const;
const WRITES = ['s3:PutObject', ...DELETES] as const;
const PLACES = ['raw/', 'data/'] as const;

/** The rights of somebody who may do everything: what is denied to him is denied to everybody. */
const EVERYTHING: readonly NamedDocument[] = [
  {
    name: 'every right',
    document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  },
];

/** One thing that may have happened to one object. */
interface Attempt {
  readonly action: string;
  readonly place: (typeof PLACES)[number];
  readonly dataset: string;
}

const attemptsOn = ({ datasets }: PublishedBucket): readonly Attempt[] =>
  datasets.flatMap((dataset) =>
    PLACES.flatMap((place) => WRITES.map((action): Attempt => ({ action, place, dataset }))),
  );

const resourcesOf = ({ name, policy }: PublishedBucket): EvaluationContext['resources'] =>
  policy === undefined ? [] : [{ arn: `arn:aws:s3:::${name}`, document: policy }];

const requestOf = (bucket: PublishedBucket, who: string, attempt: Attempt, at: string): AccessRequest => ({
  principalArn: who,
  action: attempt.action,
  resource: `arn:aws:s3:::${bucket.name}/${attempt.dataset}/${attempt.place}2026-01-01/part-00000`,
  context: bucket.context,
  at,
});

/** An attempt that nothing denies for certain. */
interface Success {
  readonly attempt: Attempt;
  readonly decision: Decision;
}

const successes = (
  input: ImmutabilityInput,
  bucket: PublishedBucket,
  who: string,
  context: EvaluationContext,
  attempts: readonly Attempt[],
): readonly Success[] =>
  attempts.flatMap((attempt) => {
    const decision = evaluate(context, requestOf(bucket, who, attempt, input.asOf));
    return decision.answer === 'denied' ? [] : [{ attempt, decision }];
  });

const unique = (items: readonly string[]): readonly string[] => [...new Set(items)].sort(compareText);

const exceptionOf = (
  who: string,
  bucket: PublishedBucket,
  found: readonly Success[],
  because: string,
): ImmutabilityException => ({
  who,
  bucket: bucket.name,
  actions: unique(found.map(({ attempt }) => attempt.action)),
  places: unique(found.map(({ attempt }) => attempt.place)),
  certainty: found.some(({ decision }) => decision.answer === 'allowed') ? 'proven' : 'conditional',
  because,
});

/** What is left to try for a role: nothing that git lets it do. */
const unexpected = (input: ImmutabilityInput, arn: string, attempts: readonly Attempt[]): readonly Attempt[] => {
  if (input.writers.has(arn)) return [];
  return arn === input.purger ? attempts.filter(({ action }) => action === 's3:PutObject') : attempts;
};

const ofRole = (
  input: ImmutabilityInput,
  bucket: PublishedBucket,
  role: AccountRole,
): readonly ImmutabilityException[] => {
  const resources = resourcesOf(bucket) ?? [];
  const open = successes(
    input,
    bucket,
    role.arn,
    { identity: EVERYTHING, resources },
    unexpected(input, role.arn, attemptsOn(bucket)),
  ).map(({ attempt }) => attempt);
  if (open.length === 0) return [];
  const own: EvaluationContext = {
    identity: role.documents,
    resources,
    ...(role.boundary === undefined ? {} : { boundary: role.boundary }),
  };
  const found = successes(input, bucket, role.arn, own, open);
  const [first] = found;
  if (first !== undefined) return [exceptionOf(role.arn, bucket, found, first.decision.reason)];
  if (role.unread.length === 0) return [];
  const unknown = open.map((attempt): Success => ({ attempt, decision: { answer: 'conditional', reason: '' } }));
  return [exceptionOf(role.arn, bucket, unknown, `nobody could read ${role.unread.join(', ')}`)];
};

/**
 * What a bucket's policy allows somebody, as if it were his own: in another account both must allow, and of his own policies
 * nobody knows anything. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
const givenTo = (arn: string, policy: JsonObject | undefined): readonly NamedDocument[] => {
  const given = listOf(policy?.['Statement'])
    .map(objectOf)
    .filter((statement) => statement['Effect'] === 'Allow' && matchPrincipal(statement, arn).match !== 'no')
    .map(({ Principal: _principal, NotPrincipal: _notPrincipal, ...statement }) => statement);
  return given.length === 0
    ? []
    : [{ name: "the bucket's policy", document: { Version: '2012-10-17', Statement: given } }];
};

const ELSEWHERE = 'arn:aws:iam::000000000000:role/anybody';

/** ARNs of other accounts that a policy names; of a whole account, somebody in it. */
const namedIn = (policy: JsonObject | undefined, account: string): readonly string[] =>
  unique(
    JSON.stringify(policy ?? {}).match(/arn:aws[\w-]*:iam::\d{12}:(?:root|(?:role|user)\/[\w+=,.@/-]+)/g) ?? [],
  ).filter((arn) => accountOf(arn) !== account);

const ofOthers = (input: ImmutabilityInput, bucket: PublishedBucket): readonly ImmutabilityException[] => {
  const { 'aws:PrincipalOrgID': _organization, ...context } = bucket.context;
  const strange = { ...bucket, context };
  const resources = resourcesOf(bucket) ?? [];
  const others = namedIn(bucket.policy, input.account).map((who) => ({
    who,
    arn: who.replace(/:root$/, ':role/anybody'),
  }));
  return [{ who: 'anybody in other accounts', arn: ELSEWHERE }, ...others].flatMap(({ who, arn }) => {
    const identity = givenTo(arn, bucket.policy);
    const found = successes(input, strange, arn, { identity, resources }, attemptsOn(bucket));
    const [first] = found;
    return first === undefined ? [] : [exceptionOf(who, bucket, found, first.decision.reason)];
  });
};

/** Whether they have the right is not known: only that the bucket would let them use it. */
const asConditional = ({ attempt, decision }: Success): Success => ({
  attempt,
  decision: { ...decision, answer: 'conditional' },
});

/** Root and users of the account are not read: only what the bucket's policy keeps from everybody is known of them. */
const ofUsers = (input: ImmutabilityInput, bucket: PublishedBucket): readonly ImmutabilityException[] => {
  const context: EvaluationContext = { identity: EVERYTHING, resources: resourcesOf(bucket) ?? [] };
  const found = successes(input, bucket, `arn:aws:iam::${input.account}:user/anybody`, context, attemptsOn(bucket));
  if (found.length === 0) return [];
  const because = `nothing in the policy of ${bucket.name} keeps them out: their own rights decide`;
  return [exceptionOf('users of the account', bucket, found.map(asConditional), because)];
};

/**
 * Who besides the runner roles (and, for deleting, the declared purge role) can put, overwrite or delete under `raw/` and
 * `data/`, judged over the policies that are live. Empty: nobody. Whoever may change a bucket's policy could first take the
 * protection away; that is drift, and told as such.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
 */
export const findWriters = (input: ImmutabilityInput): readonly ImmutabilityException[] =>
  input.buckets.flatMap((bucket) => [
    ...input.roles.flatMap((role) => ofRole(input, bucket, role)),
    ...ofUsers(input, bucket),
    ...ofOthers(input, bucket),
  ]);
