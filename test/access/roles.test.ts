import { describe, expect, it } from 'vitest';
import { everyAction } from '../../src/access/actions.ts';
import { compileAccess } from '../../src/access/documents/compile.ts';
import type { AccessRole } from '../../src/access/documents/role.ts';
import { evaluate } from '../../src/access/evaluate/evaluate.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import {
  arnOf,
  AS_OF,
  catalogOf,
  contextOf,
  dataset,
  entry,
  grant,
  INTERNAL,
  roleOf,
  SENSITIVE,
  team,
} from './support.ts';

const BUCKET = 'arn:aws:s3:::acme-datalake-dev01-sensitive-eu-west-1';
const GLUE = 'arn:aws:glue:eu-west-1:111111111111';

const can = (role: AccessRole, action: string, resource: string): string =>
  evaluate(contextOf(role), { principalArn: arnOf(role), action, resource, at: AS_OF }).answer;

const table = (name: string): string => `${GLUE}:table/edl_dev01_sensitive/${name}`;

describe('roles and workgroups', () => {
  const catalog = catalogOf({
    regions: ['eu-west-1', 'us-east-1'],
    tiers: [{ ...INTERNAL, defaultRole: { assumedBy: [] } }, SENSITIVE],
    datasets: [
      dataset('sales', 'sensitive', { regions: ['eu-west-1', 'us-east-1'] }),
      dataset('x', 'sensitive', {
        expose: [{ level: 'read', assumedBy: [{ arn: 'arn:aws:iam::444444444444:role/p' }] }],
      }),
    ],
    principals: [team('idle'), team('oncology'), team('x-team')],
    grants: [grant('team:oncology', entry('sales', 'read')), grant('team:x-team', entry('x', 'read'))],
  });
  const compiled = compileAccess(catalog, 'dev01', AS_OF);

  it('are where reviewers look for them', () => {
    expect(compiled.roles.map((role) => [role.holder, role.roleName, role.stack])).toEqual([
      ['everyone:internal', 'edl-dev01-default-internal', 'edl-dev01-foundation-eu-west-1'],
      ['exposed:x/read', 'edl-dev01-ds-x-read', 'edl-dev01-expose-x'],
      ['team:idle', 'edl-dev01-team-idle', 'edl-dev01-access-team-idle'],
      ['team:oncology', 'edl-dev01-team-oncology', 'edl-dev01-access-team-oncology'],
      ['team:x-team', 'edl-dev01-team-x-team', 'edl-dev01-access-team-x-team'],
    ]);
  });

  it('exist without any row, with base rights only', () => {
    const role = roleOf(catalog, 'team:idle');
    expect(role.inline.map((policy) => policy.name)).toEqual(['base']);
    expect(role.managed).toEqual([]);
    expect(role.rows).toEqual([]);
  });

  it('have a workgroup at home, and elsewhere where they have data', () => {
    expect(compiled.workGroups.map((group) => [group.name, group.region, group.stack])).toEqual([
      ['edl-dev01-default-internal', 'eu-west-1', 'edl-dev01-foundation-eu-west-1'],
      ['edl-dev01-default-internal', 'us-east-1', 'edl-dev01-foundation-us-east-1'],
      ['edl-dev01-team-idle', 'eu-west-1', 'edl-dev01-access-team-idle'],
      ['edl-dev01-team-oncology', 'eu-west-1', 'edl-dev01-access-team-oncology'],
      ['edl-dev01-team-oncology', 'us-east-1', 'edl-dev01-athena-team-oncology-us-east-1'],
      ['edl-dev01-team-x-team', 'eu-west-1', 'edl-dev01-access-team-x-team'],
    ]);
  });

  it('read both regions of a dataset that is in both', () => {
    const role = roleOf(catalog, 'team:oncology');
    for (const region of ['eu-west-1', 'us-east-1'])
      expect(can(role, 's3:GetObject', `arn:aws:s3:::acme-datalake-dev01-sensitive-${region}/sales/data/x`)).toBe(
        'allowed',
      );
  });

  it('of third parties see one dataset and no list of others', () => {
    const role = roleOf(catalog, 'exposed:x/read');
    expect(can(role, 's3:GetObject', `${BUCKET}/x/data/f`)).toBe('allowed');
    expect(can(role, 'glue:GetTable', table('sales__t'))).toBe('denied');
    expect(can(role, 'athena:ListWorkGroups', '*')).toBe('denied');
  });

  it('use no action beyond the one list', () => {
    const known = new Set(everyAction());
    for (const role of compiled.roles)
      for (const { document } of [...role.inline, ...role.managed])
        for (const statement of document['Statement'] as readonly JsonObject[])
          expect([statement['Action']].flat().filter((action) => !known.has(action as string))).toEqual([]);
  });

  it('are remembered for one catalog, instance and time', () => {
    expect(compileAccess(catalog, 'dev01', AS_OF)).toBe(compiled);
    expect(compileAccess(catalog, 'dev01', '2026-06-02T00:00:00Z')).not.toBe(compiled);
  });

  it('that do not fit are an error with the numbers, the cause and the ways out', () => {
    const datasets = Array.from({ length: 400 }, (_, index) => dataset(`dataset-${index}`));
    const access = datasets.map(({ name }, index) =>
      entry(name, 'read', `2027-01-${String(1 + (index % 28)).padStart(2, '0')}`),
    );
    const { diagnostics } = compileAccess(
      catalogOf({ datasets, grants: [grant('team:oncology', ...access)] }),
      'dev01',
      AS_OF,
    );
    expect(diagnostics).toMatchObject([
      { code: 'EDL-2060', severity: 'error', file: 'catalog/principals/oncology.yaml', line: 2 },
    ]);
    expect(diagnostics[0]?.detail).toMatch(
      /\d+ managed policies .* attaches 25 .* 400 rows of access, 400 of them dated, with 28 different dates.*one common date.*split/,
    );
  });
});
