import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { implies } from '../../src/access/levels.ts';
import { REASON_PLACEHOLDER } from '../../src/access/proposals/grant-text.ts';
import { type Proposal, proposeGrant } from '../../src/access/proposals/propose.ts';
import { judgeRules } from '../../src/access/rules/judge-rules.ts';
import { declaredRows } from '../../src/access/rows.ts';
import { loadCatalog } from '../../src/catalog/load.ts';
import type { Catalog, Level, PrincipalRef } from '../../src/reconciler/model/catalog.ts';
import { AS_OF, withFolder } from '../catalog/support.ts';
import { REPOSITORY } from '../support/edl.ts';
import { catalogOf, dataset, entry, grant, SENSITIVE, team, tier } from './support.ts';

const load = async (root: string, asOf = AS_OF): Promise<Catalog> => {
  const { catalog, diagnostics } = await loadCatalog(root, { asOf });
  if (catalog === undefined) throw new Error(diagnostics.map(({ code, detail }) => `${code} ${detail}`).join('\n'));
  return catalog;
};

const sample = await load(REPOSITORY);
/** After most grants of the sample lake have ended. */
const LATER = '2028-03-01T09:00:00Z';
const later = await load(REPOSITORY, LATER);

/** Does to the files what the proposal tells a person to do. */
const apply = async (root: string, { file, edit, yaml, line = 0 }: Proposal): Promise<void> => {
  const path = join(root, file);
  if (edit === 'create') {
    await writeFile(path, yaml.replace(REASON_PLACEHOLDER, 'Signals of study 7, REQ-1500'), { flag: 'wx' });
    return;
  }
  const lines = (await readFile(path, 'utf8')).split('\n');
  if (edit === 'add') lines.splice(line, 0, yaml);
  else if (edit === 'replace') lines[line - 1] = yaml;
  else lines[lines.findIndex((text) => text.startsWith(yaml.slice(0, yaml.indexOf(':') + 1)))] = yaml;
  await writeFile(path, lines.join('\n'));
};

const withSample = <T>(run: (root: string) => Promise<T>): Promise<T> =>
  withFolder(async (root) => {
    await cp(join(REPOSITORY, 'lake.yaml'), join(root, 'lake.yaml'));
    await cp(join(REPOSITORY, 'catalog'), join(root, 'catalog'), { recursive: true });
    return run(root);
  });

const has = (catalog: Catalog, instance: string, asOf: string, [principal, name, level]: readonly string[]): boolean =>
  declaredRows(catalog, instance, asOf).rows.some(
    (row) => row.principal === principal && row.dataset === name && implies(row.level, level as Level),
  );

type Question = readonly [principal: PrincipalRef, dataset: string, level: Level, instance: string, asOf?: string];

const propose = ([principal, name, level, instance, asOf = AS_OF]: Question): Proposal => {
  const catalog = asOf === AS_OF ? sample : later;
  const proposal = proposeGrant({ catalog, principal, dataset: name, level, instance, asOf });
  if (proposal === undefined) throw new Error('nothing proposed');
  return proposal;
};

describe('a proposal', () => {
  const questions: readonly Question[] = [
    ['team:oncology', 'payroll', 'read', 'prod'],
    ['team:oncology', 'clinical-trials', 'read-raw', 'prod'],
    ['team:oncology', 'lab-results', 'read', 'dev01'],
    ['team:oncology', 'genome-samples', 'discover', 'prod'],
    ['team:security', 'payroll', 'read', 'prod'],
    ['team:research', 'us-claims', 'read', 'prod'],
    ['team:research', 'genome-samples', 'read', 'prod'],
    ['team:research', 'genome-samples', 'admin', 'prod'],
    ['team:drug-safety', 'clinical-trials', 'read', 'dev01'],
    ['team:supply-chain', 'batch-records', 'write', 'prod'],
    ['team:crm-analytics', 'crm-visits', 'write', 'dev01'],
    ['user:jane-doe', 'lab-results', 'read-raw', 'prod'],
    ['user:amir-khan', 'crm-visits', 'read-raw', 'prod'],
    ['service:supply-planner', 'exchange-rates', 'read', 'dev01'],
    ['service:lab-robots', 'clinical-trials', 'write', 'dev01'],
    ['pipeline:daily-outcomes', 'study-calendar', 'read', 'dev01'],
    ['team:oncology', 'clinical-trials', 'read', 'prod', LATER],
    ['team:oncology', 'lab-results', 'read', 'prod', LATER],
    ['team:manufacturing', 'batch-records', 'read-raw', 'prod', LATER],
    ['team:supply-chain', 'supply-forecast', 'read', 'dev01', LATER],
    ['user:jane-doe', 'lab-results', 'read', 'dev01', LATER],
  ];

  it.each(questions.map((question) => [question.slice(0, 4).join(' '), question] as const))(
    'gives %s when its YAML is pasted, without a new message',
    async (_, question) => {
      const [principal, name, level, instance, asOf = AS_OF] = question;
      const before = asOf === AS_OF ? sample : later;
      expect(has(before, instance, asOf, [principal, name, level])).toBe(false);
      await withSample(async (root) => {
        const known = (await loadCatalog(root, { asOf })).diagnostics.length;
        const proposal = propose(question);
        expect(proposal.refusedBy).toEqual([]);
        await apply(root, proposal);
        const { catalog, diagnostics } = await loadCatalog(root, { asOf });
        expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(diagnostics.length).toBeLessThanOrEqual(known);
        expect(catalog && has(catalog, instance, asOf, [principal, name, level])).toBe(true);
      });
    },
  );

  it('extends what ended, in its place', () => {
    expect(propose(['team:oncology', 'clinical-trials', 'read', 'prod', LATER])).toMatchObject({
      edit: 'replace',
      file: 'catalog/grants/oncology-trials.yaml',
      line: 5,
      yaml: '  - { dataset: clinical-trials, level: read, expires: 2028-05-30 }',
    });
  });

  it('extends a selector within the strictest tier that it reaches, and says how much that is', () => {
    const proposal = propose(['team:supply-chain', 'supply-forecast', 'read', 'dev01', LATER]);
    expect(proposal.yaml).toBe(
      '  - { select: { tier: restricted, domain: supply }, level: read, expires: 2029-03-01 }',
    );
    expect(proposal.notes.join(' ')).toContain('means one dataset today');
  });

  it('names one instance where others have the dataset too, and counts the days of the tier', () => {
    expect(propose(['team:oncology', 'us-claims', 'read', 'prod']).yaml).toContain(
      '\n  - { dataset: us-claims, level: read, expires: 2027-11-22 }\n',
    );
    expect(propose(['team:oncology', 'clinical-trials', 'read-raw', 'prod']).yaml).toBe(
      '  - { dataset: clinical-trials, level: read-raw, expires: 2027-02-20, instances: [prod] }',
    );
  });

  it('raises an entry only where that raises nothing elsewhere', () => {
    expect(propose(['user:jane-doe', 'lab-results', 'read-raw', 'prod'])).toMatchObject({
      edit: 'replace',
      file: 'catalog/grants/jane-doe-study-7.yaml',
      yaml: '  - { dataset: lab-results, level: read-raw, expires: 2027-01-31, instances: [prod] }',
    });
  });

  it('gives services no date, and internal data none either', () => {
    expect(propose(['service:supply-planner', 'sales-orders', 'read', 'prod']).yaml).not.toContain('expires');
    expect(propose(['team:oncology', 'crm-visits', 'read', 'prod']).yaml).not.toContain('expires');
  });

  it('names who approves: the owner and security, by the tier', () => {
    expect(propose(['team:oncology', 'payroll', 'read', 'prod']).approvals).toEqual([
      { as: 'owner', by: 'team:finance', members: ['olu.adeyemi@acme.example', 'ruth.klein@acme.example'] },
      { as: 'security', by: 'team:security', members: ['nadia.rahman@acme.example', 'tom.becker@acme.example'] },
    ]);
    expect(propose(['team:oncology', 'crm-visits', 'read', 'prod']).approvals).toEqual([]);
  });

  it('adds an input to a pipeline, and has no words for anything else a pipeline may want', () => {
    expect(propose(['pipeline:daily-outcomes', 'study-calendar', 'read', 'dev01'])).toMatchObject({
      edit: 'set',
      file: 'catalog/pipelines/daily-outcomes/pipeline_config.yaml',
      yaml: 'inputs: [clinical-trials, study-calendar]',
    });
    const raw = { catalog: sample, instance: 'dev01', asOf: AS_OF, dataset: 'clinical-trials' } as const;
    expect(proposeGrant({ ...raw, principal: 'pipeline:daily-outcomes', level: 'read-raw' })).toBeUndefined();
    expect(proposeGrant({ ...raw, principal: 'team:nobody', level: 'read' })).toBeUndefined();
    expect(proposeGrant({ ...raw, dataset: 'nothing', principal: 'team:oncology', level: 'read' })).toBeUndefined();
  });
});

describe('a proposal that the lake would refuse', () => {
  it.each<readonly [string, Question, readonly (readonly [code: string, rule: string, says: string])[]]>([
    [
      'by a rule that keeps two things apart',
      ['team:oncology', 'genome-samples', 'read', 'prod'],
      [['EDL-3060', 'genomes-apart-from-trials', 'catalog/grants/oncology-genome-samples.yaml:4']],
    ],
    [
      'by a rule that forbids it to programs',
      ['service:supply-planner', 'clinical-trials', 'read', 'prod'],
      [['EDL-3062', 'programs-stay-out-of-sensitive', 'service:supply-planner']],
    ],
    [
      'because a pipeline would carry data down, from where it does not run',
      ['pipeline:us-claims-monthly', 'payroll', 'read', 'prod'],
      [
        ['EDL-1345', 'pipelines', 'payroll is in eu-west-1'],
        ['EDL-3063', 'tier-flow', 'declassify: [{ dataset: payroll, by: team:finance'],
      ],
    ],
    [
      'because a pipeline runs in instances that do not have it',
      ['pipeline:daily-outcomes', 'payroll', 'read', 'prod'],
      [
        ['EDL-1345', 'pipelines', 'payroll is not in dev01'],
        ['EDL-3063', 'tier-flow', 'payroll'],
      ],
    ],
  ])('says so first: %s', async (_, question, expected) => {
    const proposal = propose(question);
    expect(proposal.refusedBy.map(({ code, rule }) => [code, rule])).toEqual(
      expected.map(([code, rule]) => [code, rule]),
    );
    for (const [index, [, , says]] of expected.entries()) expect(proposal.refusedBy[index]?.detail).toContain(says);
    await withSample(async (root) => {
      await apply(root, proposal);
      const { catalog, diagnostics } = await loadCatalog(root, { asOf: AS_OF });
      const codes = new Set<string>(diagnostics.map(({ code }) => code));
      if (catalog !== undefined) for (const { code } of judgeRules(catalog, question[3], AS_OF)) codes.add(code);
      expect([...codes]).toContain(expected[0]?.[0]);
    });
  });
});

describe('a selector without a tier', () => {
  it('is extended no further than the strictest tier that it may reach', () => {
    const tiers = [tier('restricted', { maxGrantDays: 365 }), tier('sensitive', { maxGrantDays: 90 })];
    const grants = [grant('team:oncology', entry({ select: { domain: 'clinical' } }, 'read', '2026-01-31'))];
    const datasets = [dataset('cases', 'restricted', { domain: 'clinical' })];
    const catalog = catalogOf({ tiers, datasets, grants });
    const asked = {
      instance: 'dev01',
      asOf: AS_OF,
      principal: 'team:oncology',
      dataset: 'cases',
      level: 'read',
    } as const;
    expect(proposeGrant({ ...asked, catalog })?.until).toBe('2027-02-20');
  });
});

describe('a new grant file', () => {
  const first = { instance: 'dev01', asOf: AS_OF, principal: 'team:oncology', level: 'read' } as const;

  it('is whole, with a reason to fill in where the tier asks for one', () => {
    const tiers = [{ ...SENSITIVE, reasonRequired: true, maxGrantDays: 90 }];
    const proposal = proposeGrant({
      ...first,
      catalog: catalogOf({ tiers, datasets: [dataset('cases')] }),
      dataset: 'cases',
    });
    expect(proposal).toMatchObject({ edit: 'create', isNew: true, file: 'catalog/grants/oncology-cases.yaml' });
    expect(proposal?.yaml).toBe(`principal: team:oncology
reason: TODO say what it is needed for, with the number of the request
access:
  - { dataset: cases, level: read, expires: 2027-02-20 }
`);
  });

  it('takes a name that is free', () => {
    const other = {
      ...grant('team:crm', entry('cases', 'read')),
      declaredIn: { file: 'catalog/grants/oncology-cases.yaml', line: 1 },
    };
    const catalog = catalogOf({
      datasets: [dataset('cases')],
      principals: [team('oncology'), team('crm')],
      grants: [other],
    });
    expect(proposeGrant({ ...first, catalog, dataset: 'cases' })?.file).toBe('catalog/grants/oncology-cases-read.yaml');
  });

  it.each(['2024', '1e5', '0x1f', 'null', 'true', 'false'])(
    'quotes the dataset %s, which YAML would not read as text',
    async (name) => {
      const catalog = catalogOf({ datasets: [dataset(name)] });
      const yaml = proposeGrant({ ...first, catalog, dataset: name })?.yaml ?? '';
      const { parse } = await import('yaml');
      expect(parse(yaml)).toEqual({ principal: 'team:oncology', access: [{ dataset: name, level: 'read' }] });
    },
  );

  it('is not put into a file without a reason where the tier asks for one', () => {
    const catalog = catalogOf({
      tiers: [{ ...SENSITIVE, reasonRequired: true }],
      datasets: [dataset('cases'), dataset('visits')],
      grants: [grant('team:oncology', entry('visits', 'read'))],
    });
    expect(proposeGrant({ ...first, catalog, dataset: 'cases' })?.edit).toBe('create');
  });
});
