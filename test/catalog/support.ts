import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadCatalog, type LoadResult } from '../../src/catalog/load.ts';

export const AS_OF = '2026-11-22T10:00:00Z';

/** Files by path, relative to the lake's root. */
export type Files = Readonly<Record<string, string | Uint8Array | undefined>>;

export const writeFiles = async (root: string, files: Files): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    if (content === undefined) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
};

/** Runs with a new folder, and removes it whatever happens. */
export const withFolder = async <T>(run: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'edl-catalog-'));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Loads a lake of these files. */
export const loadFiles = (files: Files, asOf = AS_OF): Promise<LoadResult> =>
  withFolder(async (folder) => {
    await writeFiles(folder, files);
    return loadCatalog(folder, { asOf });
  });

/** A small lake without any problem, to break in one place. */
export const BASE: Readonly<Record<string, string>> = {
  'lake.yaml': `organization: acme
homeRegion: eu-west-1
instances:
  dev01: { account: '111111111111', regions: [eu-west-1] }
  prod: { account: '333333333333', regions: [eu-west-1, us-east-1] }
tiers:
  internal: { defaultRole: true, metadata: open }
  restricted: { approvals: [owner], maxGrant: 365d, metadata: open }
  sensitive: { approvals: [owner, security], maxGrant: 90d, reason: required, selectors: forbidden }
security: team:security
`,
  'catalog/principals/security.yaml': `team: security
assumedBy:
  - arn: arn:aws:iam::{account}:role/security
`,
  'catalog/principals/robot.yaml': `service: robot
assumedBy:
  - arn: arn:aws:iam::{account}:role/robot
`,
  'catalog/datasets/sites.yaml': `name: sites
tier: internal
owner: team:security
description: Sites
domain: clinical
regions: [eu-west-1, us-east-1]
updates: { kind: snapshot }
`,
  'catalog/datasets/trials.yaml': `name: trials
tier: sensitive
owner: team:security
description: Trials
updates: { kind: delta, keys: [id], orderBy: at }
tables:
  - name: main
    columns:
      - { name: id, type: string }
      - { name: at, type: timestamp }
`,
  'catalog/datasets/daily.yaml': `name: daily
tier: restricted
owner: team:security
description: Daily
instances: [prod]
updates: { kind: snapshot }
`,
  'catalog/grants/security.yaml': `principal: team:security
reason: Review
access:
  - { dataset: trials, level: discover, expires: 2027-01-31 }
`,
  'catalog/pipelines/make-daily/pipeline_config.yaml': `owner: team:security
inputs: [trials]
outputs: [daily]
instances: [prod]
`,
  'catalog/pipelines/make-daily/pipeline.py': `def run(spark, inputs, arguments):
    return {"daily": inputs["trials"]}
`,
};

/** The base lake with a text replaced in one file. Fails when the text is not there, so that no test passes by accident. */
export const broken = (path: string, from: string, to: string): Files => {
  const text = BASE[path];
  if (text?.includes(from) !== true) throw new Error(`${path} of the base lake has no "${from}"`);
  return { ...BASE, [path]: text.replace(from, to) };
};

/** `EDL-1201 catalog/datasets/a.yaml:3:1`, one line a diagnostic. */
export const shortly = (result: LoadResult): readonly string[] =>
  result.diagnostics.map(({ code, file, line, column }) => `${code} ${file ?? '-'}:${line ?? '-'}:${column ?? '-'}`);
