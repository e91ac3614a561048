import type { Catalog } from '../../reconciler/model/catalog.ts';
import { iamPath, roleArn, runnerPath } from '../../reconciler/model/names.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { EvaluationContext } from '../evaluate/types.ts';
import { type LakeNames, MADE_UP } from './lake.ts';
import { placeMaker } from './place.ts';
import type { Mismatch, ProofInput } from './types.ts';

/** Whoever works in the account, under a role that nobody declared and that may do everything by its own policies. */
export const ANYBODY: AccessHolder = 'everyone:*';

const EVERYTHING: EvaluationContext['identity'] = [
  {
    name: 'everything',
    document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  },
];

/** Published data changes by runs alone, whatever anybody's own policies say: that is for the buckets' policies to hold. */
const WRITES = [
  's3:PutObject',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:ReplicateObject',
  's3:ReplicateDelete',
];

/** Roles that are no runner of this instance: somebody's, one of the lake's, a runner of another instance. */
const strangers = ({ lake }: Catalog, { instance }: LakeNames): readonly string[] => [
  roleArn(instance.account, '/', MADE_UP),
  roleArn(instance.account, iamPath(instance.name), MADE_UP),
  ...lake.instances
    .filter((other) => other.name !== instance.name)
    .map((other) => roleArn(instance.account, runnerPath(other.name), MADE_UP)),
];

const KEYS = ['data/u1/part-0', 'raw/u1/file'];

/** Asks what buckets keep from whoever may do everything otherwise: the second lock on published data. */
export const proveBuckets = (
  { catalog, resources, asOf }: ProofInput,
  lake: LakeNames,
): { readonly checks: number; readonly mismatches: readonly Mismatch[] } => {
  const context: EvaluationContext = { identity: EVERYTHING, resources };
  const mismatches: Mismatch[] = [];
  let checks = 0;
  for (const [name, bucket] of lake.buckets) {
    if (bucket.use !== 'data') continue;
    const make = placeMaker(lake, bucket.region);
    for (const principalArn of strangers(catalog, lake))
      for (const place of KEYS.map((key) => make.object(name, `${MADE_UP}/${key}`, { tier: bucket.tier })))
        for (const action of WRITES) {
          checks += 1;
          const request = { principalArn, action, resource: place.resource, context: place.context, at: asOf };
          const { answer } = evaluate(context, request);
          if (answer === 'denied') continue;
          mismatches.push({
            holder: ANYBODY,
            arn: principalArn,
            action,
            resource: place.resource,
            ...place.about,
            at: asOf,
            expected: 'denied',
            found: answer,
          });
        }
  }
  return { checks, mismatches };
};
