import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The size of a generated lake. Ten grants a principal, as in the lakes that Terraform was measured on. */
export interface LakeSize {
  readonly datasets: number;
  readonly principals: number;
  readonly grants: number;
  readonly pipelines: number;
  readonly regions: readonly string[];
}

const TIERS = ['internal', 'restricted', 'sensitive'] as const;
const DOMAINS = ['clinical', 'crm', 'finance', 'research', 'supply'] as const;

const pad = (index: number): string => String(index).padStart(4, '0');
const pick = <T>(values: readonly [T, ...T[]], index: number): T => values[index % values.length] ?? values[0];
export const datasetName = (index: number): string => `${pick(DOMAINS, index)}-set-${pad(index)}`;
const teamName = (index: number): string => `group-${pad(index)}`;

const lakeYaml = (regions: readonly string[]): string => `organization: bench
homeRegion: ${regions[0] ?? 'eu-west-1'}
instances:
  dev01: { account: "111111111111", regions: [${regions.join(', ')}] }
tiers:
  internal: { defaultRole: true, metadata: open }
  restricted: { approvals: [owner], maxGrant: 365d, metadata: open }
  sensitive: { approvals: [owner, security], maxGrant: 90d, reason: required, selectors: forbidden, metadata: exact }
security: team:${teamName(0)}
`;

const datasetYaml = (index: number, size: LakeSize): string => `name: ${datasetName(index)}
tier: ${pick(TIERS, index)}
owner: team:${teamName(index % size.principals)}
description: Generated dataset ${index}
domain: ${pick(DOMAINS, index)}
regions: [${size.regions.join(', ')}]
updates: { kind: snapshot }
tables:
  - name: records
    columns:
      - { name: id, type: string }
      - { name: recorded_at, type: timestamp }
      - { name: amount, type: "decimal(18,2)" }
`;

const principalYaml = (index: number): string => `team: ${teamName(index)}
members: [person.${pad(index)}@acme.example]
assumedBy:
  - arn: arn:aws:iam::{account}:role/sso-${teamName(index)}
`;

/** Grants are spread so that popular datasets have many readers, like people's wishes do. */
const grantYaml = (principal: number, size: LakeSize, expires: string): string => {
  const count = Math.floor(size.grants / size.principals);
  const entries = Array.from({ length: count }, (_, line) => {
    const dataset = (principal * 7 + line * line * 3 + line) % size.datasets;
    const isSensitive = pick(TIERS, dataset) === 'sensitive';
    const isRestricted = pick(TIERS, dataset) === 'restricted';
    const end = isSensitive || isRestricted ? `, expires: ${expires}` : '';
    return `  - { dataset: ${datasetName(dataset)}, level: ${line % 8 === 7 ? 'read-raw' : 'read'}${end} }`;
  });
  return `principal: team:${teamName(principal)}\nreason: Generated\naccess:\n${[...new Set(entries)].join('\n')}\n`;
};

const pipelineYaml = (index: number, size: LakeSize): string => {
  const input = (index * 2) % size.datasets;
  const output = (index * 2 + 1) % size.datasets;
  const isDown = TIERS.indexOf(pick(TIERS, output)) < TIERS.indexOf(pick(TIERS, input));
  const word = `{ dataset: ${datasetName(input)}, by: team:${teamName(input % size.principals)}, reason: Generated }`;
  return `owner: team:${teamName(index % size.principals)}
engine: glue
glueVersion: "5.1"
workers: { type: G.1X, count: 2 }
inputs: [${datasetName(input)}]
outputs: [${datasetName(output)}]
${isDown ? `declassify: [${word}]\n` : ''}`;
};

const PIPELINE_PY = `def run(spark, inputs, arguments):
    """Pass the first input through unchanged; one row in, one row out."""
    return {name: next(iter(inputs.values())) for name in arguments.get("outputs", "").split(",") if name}
`;

/** Writes a lake of the given size. The same size gives the same bytes. `expires` is the last day of dated grants. */
export const generateLake = async (folder: string, size: LakeSize, expires: string): Promise<void> => {
  const files = new Map<string, string>([['lake.yaml', lakeYaml(size.regions)]]);
  for (let index = 0; index < size.datasets; index += 1) {
    files.set(`catalog/datasets/${datasetName(index)}.yaml`, datasetYaml(index, size));
  }
  for (let index = 0; index < size.principals; index += 1) {
    files.set(`catalog/principals/${teamName(index)}.yaml`, principalYaml(index));
    files.set(`catalog/grants/${teamName(index)}.yaml`, grantYaml(index, size, expires));
  }
  for (let index = 0; index < size.pipelines; index += 1) {
    files.set(`catalog/pipelines/job-${pad(index)}/pipeline_config.yaml`, pipelineYaml(index, size));
    files.set(`catalog/pipelines/job-${pad(index)}/pipeline.py`, PIPELINE_PY);
  }
  const folders = new Set([...files.keys()].map((path) => join(folder, path, '..')));
  for (const path of folders) await mkdir(path, { recursive: true });
  for (const [path, content] of files) await writeFile(join(folder, path), content);
};
