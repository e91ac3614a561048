import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

type Files = Readonly<Record<string, string>>;

const team = (name: string): string => `team: ${name}
assumedBy:
  - arn: arn:aws:iam::{account}:role/${name}
`;

const dataset = (name: string, ...more: readonly string[]): string => `name: ${name}
tier: internal
owner: team:studies
description: What the studies know of ${name}
updates: { kind: snapshot }
${more.map((line) => `${line}\n`).join('')}tables:
  - name: main
    columns:
      - { name: id, type: string }
`;

const grants = (...datasets: readonly string[]): string => `principal: team:analysts
reason: Reports of the studies
access:
${datasets.map((name) => `  - { dataset: ${name}, level: read }\n`).join('')}`;

const LAKE = `organization: acme
homeRegion: eu-west-1
instances:
  dev01: { account: '111111111111', regions: [eu-west-1] }
tiers:
  internal: { metadata: open }
`;

const code = (comment: string): string => `def run(spark, inputs, arguments):
    """${comment}"""
    return {"counts": inputs["sites"].groupBy("id").count().withColumnRenamed("count", "sites")}
`;

const PIPELINE = `owner: team:studies
description: Counts the sites
inputs: [sites]
outputs: [counts]
`;

/** As little as has one of everything: two teams, three datasets, a pipeline that reads one and writes one. */
const FIRST: Files = {
  'lake.yaml': LAKE,
  'catalog/principals/studies.yaml': team('studies'),
  'catalog/principals/analysts.yaml': team('analysts'),
  'catalog/principals/guests.yaml': team('guests'),
  'catalog/datasets/sites.yaml': dataset('sites'),
  'catalog/datasets/visits.yaml': dataset('visits'),
  'catalog/datasets/counts.yaml': dataset('counts'),
  'catalog/grants/analysts.yaml': grants('sites'),
  'catalog/pipelines/count/pipeline_config.yaml': PIPELINE,
  'catalog/pipelines/count/pipeline.py': code('Counts the sites.'),
};

const { 'catalog/principals/guests.yaml': _guests, ...STAYING } = FIRST;

/**
 * A commit that does one of everything: a grant more, a table more and one other than before, a new dataset, a retired one, new
 * code of the job, a team that leaves, and one (`reporters`) whose role somebody has made by hand.
 */
const SECOND: Files = {
  ...STAYING,
  'catalog/principals/reporters.yaml': team('reporters'),
  'catalog/datasets/sites.yaml': `${dataset('sites')}      - { name: city, type: string }
  - name: aliases
    columns:
      - { name: id, type: string }
`,
  'catalog/datasets/visits.yaml': dataset('visits', 'retired: { on: 2026-11-20, reason: Replaced by trials }'),
  'catalog/datasets/trials.yaml': dataset('trials'),
  'catalog/grants/analysts.yaml': grants('sites', 'trials'),
  'catalog/pipelines/count/pipeline.py': code('Counts the sites, all of them.'),
};

/** A lake of nothing but tiers: so many that the template of their stack is too large to travel in a call. */
const WIDE: Files = {
  'lake.yaml': LAKE + Array.from('abcdefg', (letter) => `  tier${letter}: { metadata: open }\n`).join(''),
  'catalog/principals/studies.yaml': team('studies'),
};

/** The commits of the lake: `second` follows `first`, the others are applied to an empty account. */
export type Commit = 'first' | 'second' | 'wide';

const COMMITS: Readonly<Record<Commit, Files>> = { first: FIRST, second: SECOND, wide: WIDE };

/** Makes the folder of a lake what a commit says. */
export const checkOut = async (folder: string, commit: Commit): Promise<void> => {
  await rm(join(folder, 'catalog'), { recursive: true, force: true });
  for (const [path, text] of Object.entries(COMMITS[commit])) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
};

/** A new folder for the lake. */
export const newLakeFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'edl-crash-'));
