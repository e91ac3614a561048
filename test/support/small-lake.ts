import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A lake of three tiers, two datasets and one reader: as little as the stories of failure need, so that they are quick. */
const FILES: Readonly<Record<string, string>> = {
  'lake.yaml': `organization: acme
homeRegion: eu-west-1
instances:
  dev01: { account: '111111111111', regions: [eu-west-1] }
  uat: { account: '222222222222', regions: [eu-west-1] }
  qa: { account: '444444444444', regions: [eu-west-1] }
  prod: { account: '333333333333', regions: [eu-west-1, us-east-1] }
tiers:
  internal: { metadata: open }
  restricted: { approvals: [owner], maxGrant: 365d, metadata: open }
  sensitive: { approvals: [owner], maxGrant: 90d, reason: required, selectors: forbidden }
`,
  'catalog/principals/studies.yaml': `team: studies
assumedBy:
  - arn: arn:aws:iam::{account}:role/studies
`,
  'catalog/principals/analysts.yaml': `team: analysts
members: [jane.doe@acme.example]
assumedBy:
  - arn: arn:aws:iam::{account}:role/analysts
`,
  'catalog/datasets/sites.yaml': `name: sites
tier: internal
owner: team:studies
description: Study sites
regions: [eu-west-1, us-east-1]
updates: { kind: snapshot }
tables:
  - name: main
    columns:
      - { name: site_id, type: string }
`,
  'catalog/datasets/trials.yaml': `name: trials
tier: restricted
owner: team:studies
description: Trial outcomes
updates: { kind: snapshot }
tables:
  - name: outcomes
    columns:
      - { name: subject_id, type: string }
`,
  'catalog/grants/analysts.yaml': `principal: team:analysts
reason: Reports of the studies
access:
  - { dataset: sites, level: read }
`,
};

/** Writes the small lake into a folder of its own. */
export const writeSmallLake = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'edl-lake-'));
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
};

const writeLines = (lake: string, path: string, ...lines: readonly string[]): Promise<void> =>
  writeFile(join(lake, path), `${lines.join('\n')}\n`);

/** Adds an internal dataset with one table to the small lake. */
export const addDataset = (lake: string, name: string): Promise<void> =>
  writeLines(
    lake,
    `catalog/datasets/${name}.yaml`,
    `name: ${name}`,
    'tier: internal',
    'owner: team:studies',
    `description: ${name}`,
    'updates: { kind: snapshot }',
    'tables: [{ name: main, columns: [{ name: id, type: string }] }]',
  );

/** Adds a team without grants to the small lake. */
export const addTeam = (lake: string, name: string): Promise<void> =>
  writeLines(
    lake,
    `catalog/principals/${name}.yaml`,
    `team: ${name}`,
    'assumedBy: [{ arn: "arn:aws:iam::{account}:role/somebody" }]',
  );

/** Lets the analysts of the small lake read the trials. */
export const grantTrials = async (lake: string): Promise<void> => {
  const path = join(lake, 'catalog/grants/analysts.yaml');
  const text = await readFile(path, 'utf8');
  await writeFile(path, `${text}  - { dataset: trials, level: read, expires: 2027-01-31 }\n`);
};
