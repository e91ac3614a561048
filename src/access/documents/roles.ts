import type { Dataset, Exposure, Pipeline, Principal, Tier } from '../../reconciler/model/catalog.ts';
import {
  accessStack,
  datasetRole,
  defaultRole,
  defaultWorkGroup,
  exposeStack,
  foundationStack,
  iamPath,
  pipelineStack,
  principalRole,
  runnerPath,
  runnerRole,
  workGroup,
} from '../../reconciler/model/names.ts';
import type { Scope } from '../scope.ts';
import { queryBase, runnerBase } from './base.ts';
import type { AccessRole, RolePolicy } from './role.ts';
import { callerTrust, defaultTrust, runnerTrust } from './trust.ts';

/** A role before its rows are packed: everything that no grant changes. */
export type RoleShell = Omit<AccessRole, 'inline' | 'managed' | 'rows'> & { readonly base?: RolePolicy };

/** A working day. Long sessions keep nobody in: dates and policies are judged at every request. */
const PEOPLE_SECONDS = 28_800;
const DEFAULT_SECONDS = 3600;

/** The role of a team, user or service. */
export const principalShell = (scope: Scope, principal: Principal): RoleShell => {
  const { kind, name, ref } = principal;
  const instance = scope.instance.name;
  return {
    kind: 'principal',
    holder: ref,
    roleName: principalRole(instance, kind, name),
    path: iamPath(instance),
    stack: accessStack(instance, kind, name),
    region: scope.homeRegion,
    description: `Data lake ${instance}: what ${ref} was granted`,
    trust: callerTrust(scope, principal.assumedBy),
    maxSessionSeconds: PEOPLE_SECONDS,
    base: { name: 'base', document: queryBase(scope, workGroup(instance, kind, name)) },
    declaredIn: principal.declaredIn,
  };
};

/** The role that reads all published data of a tier. */
export const defaultShell = (scope: Scope, tier: Tier): RoleShell => {
  const instance = scope.instance.name;
  return {
    kind: 'default',
    holder: `everyone:${tier.name}`,
    roleName: defaultRole(instance, tier.name),
    path: iamPath(instance),
    stack: foundationStack(instance, scope.homeRegion),
    region: scope.homeRegion,
    description: `Data lake ${instance}: reads all ${tier.name} data`,
    trust: defaultTrust(scope, tier.defaultRole?.assumedBy ?? []),
    maxSessionSeconds: PEOPLE_SECONDS,
    base: { name: 'base', document: queryBase(scope, defaultWorkGroup(instance, tier.name)) },
    declaredIn: tier.declaredIn ?? scope.catalog.lake.declaredIn,
  };
};

/** A role of one dataset and level for third parties. It has no workgroup, hence no base: it reads by S3. */
export const exposedShell = (scope: Scope, dataset: Dataset, exposure: Exposure): RoleShell => {
  const instance = scope.instance.name;
  return {
    kind: 'exposed',
    holder: `exposed:${dataset.name}/${exposure.level}`,
    roleName: datasetRole(instance, dataset.name, exposure.level),
    path: iamPath(instance),
    stack: exposeStack(instance, dataset.name),
    region: scope.homeRegion,
    description: `Data lake ${instance}: ${exposure.level} on dataset ${dataset.name}`,
    trust: callerTrust(scope, exposure.assumedBy),
    maxSessionSeconds: DEFAULT_SECONDS,
    declaredIn: exposure.declaredIn ?? dataset.declaredIn,
  };
};

/** The role that runs a pipeline. Its path is what the buckets' policies let write. */
export const runnerShell = (scope: Scope, pipeline: Pipeline): RoleShell => {
  const instance = scope.instance.name;
  return {
    kind: 'runner',
    holder: `pipeline:${pipeline.name}`,
    roleName: runnerRole(instance, pipeline.name),
    path: runnerPath(instance),
    stack: pipelineStack(instance, pipeline.name),
    region: pipeline.region,
    description: `Data lake ${instance}: runs pipeline ${pipeline.name}`,
    trust: runnerTrust(scope, pipeline),
    maxSessionSeconds: DEFAULT_SECONDS,
    base: { name: 'base', document: runnerBase(scope, pipeline) },
    declaredIn: pipeline.declaredIn,
  };
};
