/** What the soak adds to the sample lake, as data: files are written from it, so that every commit is a valid lake. */
export interface SoakLake {
  /** The number of the next name: none is used twice, since names of datasets stay taken. */
  readonly next: number;
  readonly teams: readonly string[];
  readonly datasets: readonly SoakDataset[];
  readonly pipelines: readonly SoakPipeline[];
  /** By principal and dataset, one each. */
  readonly grants: readonly SoakGrant[];
}

export interface SoakDataset {
  readonly name: string;
  readonly tier: 'internal' | 'restricted';
  readonly edition: number;
  readonly columns: readonly string[];
  readonly isRetired: boolean;
}

export interface SoakPipeline {
  readonly name: string;
  readonly output: string;
  readonly days: number;
}

export interface SoakGrant {
  readonly team: string;
  readonly dataset: string;
  readonly level: 'discover' | 'read' | 'read-raw';
  readonly expires: string;
}

export const EMPTY_LAKE: SoakLake = { next: 1, teams: [], datasets: [], pipelines: [], grants: [] };

const datasetYaml = ({ name, tier, edition, columns, isRetired }: SoakDataset): string => `name: ${name}
tier: ${tier}
owner: team:supply-chain
description: Made by the soak, edition ${edition}
domain: soak
updates: { kind: snapshot }
tables:
  - name: main
    columns:
      - { name: id, type: string }
${columns.map((column) => `      - { name: ${column}, type: string }\n`).join('')}${
  isRetired ? 'retired: { on: 2026-11-01, reason: The soak is done with it }\n' : ''
}`;

const teamYaml = (name: string): string => `team: ${name}
members: [jane.doe@acme.example]
assumedBy:
  - arn: arn:aws:iam::{account}:role/sso-${name}
`;

const grantsYaml = (team: string, grants: readonly SoakGrant[]): string => `principal: team:${team}
reason: Given by the soak
access:
${grants.map(({ dataset, level, expires }) => `  - { dataset: ${dataset}, level: ${level}, expires: ${expires} }\n`).join('')}`;

const pipelineYaml = ({ output, days }: SoakPipeline): string => `owner: team:supply-chain
engine: glue
glueVersion: '5.1'
workers: { type: G.1X, count: 2 }
inputs: [site-codes]
outputs: [${output}]
arguments: { window_days: '${days}' }
`;

const pipelinePy = (days: number): string => `def run(spark, inputs, arguments):
    """Pass the first input through unchanged; one row in, one row out. ${days} days."""
    return {name: next(iter(inputs.values())) for name in arguments.get("outputs", "").split(",") if name}
`;

/** All files that the soak adds, by their paths in the lake. */
export const filesOf = (lake: SoakLake): ReadonlyMap<string, string> => {
  const files = new Map<string, string>();
  for (const team of lake.teams) files.set(`catalog/principals/${team}.yaml`, teamYaml(team));
  for (const dataset of lake.datasets) files.set(`catalog/datasets/${dataset.name}.yaml`, datasetYaml(dataset));
  for (const pipeline of lake.pipelines) {
    files.set(`catalog/pipelines/${pipeline.name}/pipeline_config.yaml`, pipelineYaml(pipeline));
    files.set(`catalog/pipelines/${pipeline.name}/pipeline.py`, pipelinePy(pipeline.days));
  }
  for (const team of new Set(lake.grants.map((grant) => grant.team))) {
    const own = lake.grants.filter((grant) => grant.team === team);
    files.set(`catalog/grants/soak-${team}.yaml`, grantsYaml(team, own));
  }
  return files;
};
