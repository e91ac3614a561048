import type { ResourceChange, ResourceChangeDetail } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { checkChangeSet } from '../../src/aws/cloudformation/check-change-set.ts';
import { logicalIdOf } from '../../src/reconciler/model/logical-id.ts';
import type { Change, Impact } from '../../src/reconciler/model/plan.ts';
import type { ResourceId } from '../../src/reconciler/model/resource.ts';

const ROLE = 'AWS::IAM::Role';
const BUCKET = 'AWS::S3::Bucket';
const role: ResourceId = 'iam-role/edl-dev01-team-oncology';
const bucket: ResourceId = 's3-bucket/acme-datalake-dev01-internal-eu-west-1';

const base = (id: ResourceId, type: string) => ({
  id,
  kind: id.split('/')[0] ?? '',
  type,
  stack: 's',
  region: 'eu-west-1',
});
const create = (id: ResourceId, type = ROLE): Change => ({ ...base(id, type), action: 'create', after: {} });
const adopt = (id: ResourceId, type = ROLE): Change => ({
  ...base(id, type),
  action: 'adopt',
  before: {},
  after: {},
  properties: [],
  ownership: 'unowned',
});
const update = (id: ResourceId, impact: Impact = 'in-place', type = ROLE): Change => ({
  ...base(id, type),
  action: 'update',
  properties: [],
  impact,
});
const prune = (id: ResourceId, type = ROLE, holdsData = false): Change => ({
  ...base(id, type),
  action: 'prune',
  holdsData,
});

const touched = (id: ResourceId, more: ResourceChange, type = ROLE): ResourceChange => ({
  LogicalResourceId: logicalIdOf(id),
  ResourceType: type,
  ...more,
});
const detail: ResourceChangeDetail = { Evaluation: 'Static', ChangeSource: 'DirectModification' };
const modify = (id: ResourceId, replacement: 'True' | 'False' | 'Conditional' = 'False', type = ROLE): ResourceChange =>
  touched(id, { Action: 'Modify', Replacement: replacement, Details: [detail] }, type);

describe('checkChangeSet: what CloudFormation would do, against what was approved', () => {
  const fine: readonly [string, ResourceChange, Change][] = [
    ['Add of what is created', touched(role, { Action: 'Add' }), create(role)],
    ['Add of what is adopted', touched(role, { Action: 'Add' }), adopt(role)],
    ['Import of what is adopted', touched(role, { Action: 'Import' }), adopt(role)],
    ['Modify of what is updated', modify(role), update(role)],
    ['Remove of what is pruned', touched(role, { Action: 'Remove', PolicyAction: 'Delete' }), prune(role)],
    ['a possible replacement that was planned', modify(role, 'Conditional'), update(role, 'may-replace')],
    ['a replacement that was planned', modify(role, 'True'), update(role, 'replaces')],
    ['less than was planned', modify(role, 'False'), update(role, 'replaces')],
    [
      'Remove of data that is retained',
      touched(bucket, { Action: 'Remove', PolicyAction: 'Retain' }, BUCKET),
      prune(bucket, BUCKET, true),
    ],
  ];
  it.each(fine)('accepts %s', (_what, change, planned) => {
    expect(checkChangeSet([change], [planned])).toEqual([]);
  });

  const refused: readonly [string, ResourceChange, Change, RegExp][] = [
    ['Add of what is updated', touched(role, { Action: 'Add' }), update(role), /the plan says update/],
    ['Add of what is pruned', touched(role, { Action: 'Add' }), prune(role), /the plan says prune/],
    ['Import of what is created', touched(role, { Action: 'Import' }), create(role), /the plan says create/],
    ['Modify of what is created', modify(role), create(role), /the plan says create/],
    ['Modify of what is adopted', modify(role), adopt(role), /the plan says adopt/],
    ['Modify of what is pruned', modify(role), prune(role), /the plan says prune/],
    ['Remove of what is updated', touched(role, { Action: 'Remove' }), update(role), /the plan says update/],
    ['Remove of what is created', touched(role, { Action: 'Remove' }), create(role), /the plan says create/],
    ['Dynamic, whose outcome nobody knows', touched(role, { Action: 'Dynamic' }), update(role), /Dynamic/],
    ['a change without action', touched(role, {}), update(role), /no action/],
    ['a replacement of what is updated in place', modify(role, 'True'), update(role), /may replace it/],
    ['a possible replacement of what is updated in place', modify(role, 'Conditional'), update(role), /may replace it/],
    ['a replacement where one was only possible', modify(role, 'True'), update(role, 'may-replace'), /may replace it/],
    [
      'a replacement that is not told',
      touched(role, { Action: 'Modify', Details: [detail] }),
      update(role),
      /not told/,
    ],
    ['another type', touched(role, { Action: 'Add' }, 'AWS::IAM::User'), create(role), /is AWS::IAM::Role in the plan/],
    [
      'Remove of data that is not retained',
      touched(bucket, { Action: 'Remove', PolicyAction: 'Delete' }, BUCKET),
      prune(bucket, BUCKET, true),
      /could remove data/,
    ],
    [
      'Remove of data of a kind that only the plan knows',
      touched(role, { Action: 'Remove' }),
      prune(role, ROLE, true),
      /could remove data/,
    ],
    [
      'a replacement of a bucket',
      modify(bucket, 'True', BUCKET),
      update(bucket, 'replaces', BUCKET),
      /could remove data/,
    ],
  ];
  it.each(refused)('refuses %s', (_what, change, planned, says) => {
    const problems = checkChangeSet([change], [planned]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(says);
  });

  it('refuses what is not in the plan, and names all of it', () => {
    const other: ResourceId = 'iam-role/edl-dev01-team-crm';
    const third: ResourceId = 'iam-role/edl-dev01-team-sales';
    const problems = checkChangeSet(
      [modify(role), touched(other, { Action: 'Add' }), touched(third, { Action: 'Remove' })],
      [update(role)],
    );
    expect(problems).toEqual([
      `Add of ${logicalIdOf(other)} (AWS::IAM::Role) is not in the plan`,
      `Remove of ${logicalIdOf(third)} (AWS::IAM::Role) is not in the plan`,
    ]);
  });

  it('lets pass what only refers to a change and cannot be replaced', () => {
    const followUp = touched(
      'kms-alias/eu-west-1/edl-dev01-sensitive',
      {
        Action: 'Modify',
        Replacement: 'False',
        Details: [{ Evaluation: 'Dynamic', ChangeSource: 'ResourceReference', CausingEntity: 'Key' }],
      },
      'AWS::KMS::Alias',
    );
    expect(checkChangeSet([followUp], [])).toEqual([]);
    expect(checkChangeSet([{ ...followUp, Replacement: 'Conditional' }], [])).toHaveLength(1);
    expect(checkChangeSet([{ ...followUp, Details: [detail] }], [])).toHaveLength(1);
    const certain: ResourceChangeDetail = { Evaluation: 'Static', ChangeSource: 'ResourceReference' };
    expect(checkChangeSet([{ ...followUp, Details: [certain] }], [])).toHaveLength(1);
    expect(checkChangeSet([{ ...followUp, Details: [] }], [])).toHaveLength(1);
  });

  it('accepts that a planned change does not show', () => {
    expect(
      checkChangeSet(
        [],
        [
          update(role),
          { ...base('stack/s', 'AWS::CloudFormation::Stack'), action: 'update', properties: [], impact: 'in-place' },
        ],
      ),
    ).toEqual([]);
  });

  it('prunes what an older version made, by its logical id', () => {
    const unknown: Change = { ...base('unknown/OldThing', 'EDL::Unknown'), action: 'prune', holdsData: false };
    const remove: ResourceChange = { LogicalResourceId: 'OldThing', ResourceType: 'AWS::SNS::Topic', Action: 'Remove' };
    expect(checkChangeSet([remove], [unknown])).toEqual([]);
    expect(checkChangeSet([{ ...remove, ResourceType: BUCKET }], [unknown])).toHaveLength(1);
  });
});
