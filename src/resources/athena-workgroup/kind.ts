import type { ResourceKind } from '../../reconciler/model/kind.ts';
import { accessOf } from '../shared/access.ts';
import { workGroupId } from '../shared/ids.ts';
import { impactFromSchema } from '../shared/impact.ts';
import { normalizeWorkGroup, workGroupFromLive, workGroupProperties } from './properties.ts';

const NAME = 'athena-workgroup';
const TYPE = 'AWS::Athena::WorkGroup';

/** One workgroup for each principal and region, so that results, history and limits are its own. */
export const athenaWorkGroup: ResourceKind = {
  name: NAME,
  type: TYPE,
  driver: 'cloudformation',
  holdsData: false,
  isGlobal: false,
  declare: (input) => ({
    resources: accessOf(input).workGroups.map((group) => ({
      id: workGroupId(group.region, group.name),
      kind: NAME,
      type: TYPE,
      stack: group.stack,
      region: group.region,
      properties: workGroupProperties(group.name, group.description),
      dependsOn: [],
      ...(group.declaredIn === undefined ? {} : { declaredIn: group.declaredIn }),
    })),
  }),
  observe: async (reads, scope) => {
    const names = (await reads.workGroupNames(scope.region)).filter((name) =>
      name.startsWith(`edl-${scope.instance}-`),
    );
    const groups = await Promise.all(names.map((name) => reads.workGroup(scope.region, name)));
    return groups
      .filter((group) => group !== undefined)
      .map((group) => ({
        id: workGroupId(scope.region, group.name),
        kind: NAME,
        region: scope.region,
        properties: normalizeWorkGroup(workGroupFromLive(group)),
      }));
  },
  normalize: normalizeWorkGroup,
  impactOf: impactFromSchema(TYPE),
};
