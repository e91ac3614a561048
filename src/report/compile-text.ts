import { compareText } from '../reconciler/model/json.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';
import { alignColumns, countOf } from './layout.ts';
import type { Paint } from './paint.ts';

const countKinds = (desired: DesiredState): readonly (readonly [string, number])[] => {
  const counts = new Map<string, number>();
  for (const { kind } of desired.resources) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].sort(([left], [right]) => compareText(left, right));
};

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1000)} kB`;

/** What was compiled: resources by kind, stacks, files to upload, and the biggest template (the limit is 1 MB). */
export const renderCompileText = (desired: DesiredState, paint: Paint): string => {
  const rows = alignColumns(countKinds(desired).map(([kind, count]) => [kind, String(count)]));
  const templates = desired.stacks.filter((stack) => stack.template !== undefined);
  const biggest = Math.max(0, ...templates.map((stack) => JSON.stringify(stack.template).length));
  const resources = countOf(desired.resources.length, 'resource');
  const stacks = countOf(desired.stacks.length, 'stack');
  return `${[
    paint.bold(`Desired state of ${desired.instance}`),
    '',
    ...rows.map(([kind = '', count = '']) => `  ${kind}  ${count}`),
    '',
    `Biggest of ${countOf(templates.length, 'template')}: ${kilobytes(biggest)}.`,
    paint.bold(`Compile: ${resources} in ${stacks}, ${countOf(desired.blobs.length, 'file')} to upload.`),
  ].join('\n')}\n`;
};
