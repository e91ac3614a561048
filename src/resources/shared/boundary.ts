import { boundaryPolicy, iamPath, policyArn } from '../../reconciler/model/names.ts';
import type { LakeScope } from './scope.ts';

/** The ARN of the policy that limits every role of an instance but the one that CloudFormation acts with. */
export const boundaryArn = (scope: LakeScope): string =>
  policyArn(scope.account, iamPath(scope.instance.name), boundaryPolicy(scope.instance.name));
