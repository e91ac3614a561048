import type { Declassification, Lake, Pipeline } from '../../reconciler/model/catalog.ts';
import { compareText } from '../../reconciler/model/json.ts';
import type { PipelineFile as PipelineConfig } from '../files.gen.ts';
import type { ParsedFile } from '../parse.ts';
import type { PipelineSource } from '../read.ts';
import { instanceNames } from './lake.ts';
import { declaredAt, sorted, toPrincipalRef } from './refs.ts';

const resolveDeclassifications = (config: PipelineConfig, source: ParsedFile): readonly Declassification[] =>
  (config.declassify ?? [])
    .map((file, index) => ({
      dataset: file.dataset,
      by: toPrincipalRef(file.by),
      reason: file.reason,
      ...(file.until === undefined ? {} : { until: file.until }),
      declaredIn: declaredAt(source, 'declassify', index),
    }))
    .sort((left, right) => compareText(left.dataset, right.dataset));

const linesOf = (names: readonly string[], source: ParsedFile, key: string): Readonly<Record<string, number>> =>
  Object.fromEntries(names.map((name, index) => [name, declaredAt(source, key, index).line]));

/** A pipeline with its defaults and its code. */
export const resolvePipeline = (
  config: PipelineConfig,
  source: ParsedFile,
  { name, files }: PipelineSource,
  lake: Lake,
): Pipeline => ({
  name,
  owner: toPrincipalRef(config.owner),
  ...(config.description === undefined ? {} : { description: config.description }),
  engine: config.engine ?? 'glue',
  language: files.some((file) => file.path.endsWith('.py')) ? 'pyspark' : 'sql',
  glueVersion: config.glueVersion ?? '5.1',
  workers: config.workers ?? { type: 'G.1X', count: 2 },
  timeoutMinutes: config.timeoutMinutes ?? 480,
  maxConcurrentRuns: config.maxConcurrentRuns ?? 1,
  inputs: sorted(config.inputs),
  outputs: sorted(config.outputs),
  ...(config.declassify === undefined ? {} : { declassify: resolveDeclassifications(config, source) }),
  ...(config.schedule === undefined ? {} : { schedule: config.schedule }),
  arguments: config.arguments ?? {},
  instances: config.instances === undefined ? instanceNames(lake) : sorted(config.instances),
  region: config.region ?? lake.homeRegion,
  files: [...files].sort((left, right) => compareText(left.path, right.path)),
  declaredIn: declaredAt(source, 'owner'),
  inputLines: linesOf(config.inputs, source, 'inputs'),
  outputLines: linesOf(config.outputs, source, 'outputs'),
});
