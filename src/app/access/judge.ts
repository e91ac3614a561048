import { evaluate } from '../../access/evaluate/evaluate.ts';
import type { Dataset } from '../../reconciler/model/catalog.ts';
import type { RowLevel } from '../../access/levels.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import type { Judged } from '../../report/access-answers.ts';
import type { LakeProof } from '../proof-input.ts';
import { levelRequests, type RequestScope } from './level-requests.ts';

/** May this holder do all of this level on this dataset, by these documents? */
export interface LevelQuestion {
  readonly documents: LakeProof;
  readonly holder: AccessHolder;
  readonly dataset: Dataset;
  readonly level: RowLevel;
  readonly keyArn: RequestScope['keyArn'];
}

/** Asks the evaluator for every action of a level, in every region of the dataset. Empty where the holder has no role. */
export const judgeLevel = ({ documents, holder, dataset, level, keyArn }: LevelQuestion): readonly Judged[] => {
  const role = documents.roles.find((one) => one.holder === holder);
  if (role === undefined) return [];
  const context = {
    identity: role.documents,
    ...(role.boundary === undefined ? {} : { boundary: { name: 'the permissions boundary', document: role.boundary } }),
    resources: documents.resources,
  };
  const { catalog, world, asOf } = documents;
  return levelRequests({ catalog, world, dataset, keyArn }, level).map((request) => {
    const { answer, reason } = evaluate(context, { ...request, principalArn: role.arn, at: asOf });
    return { action: request.action, resource: request.resource, answer, reason };
  });
};
