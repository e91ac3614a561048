import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { Declarations } from '../declarations.ts';
import { locate, type ParsedFile, type ValuePath } from '../parse.ts';
import { problem } from '../problems.ts';

/** A reason that somebody wrote, and where. */
interface WrittenReason {
  readonly source: ParsedFile;
  readonly path: ValuePath;
  readonly reason: string;
}

/** Nothing but spaces, dots and dashes, or a place that was left for the reason, as our own proposals have it. */
const saysNothing = (reason: string): boolean =>
  !/[\p{Letter}\p{Number}]/u.test(reason) || /^\s*(TODO|TBD|FIXME)([\s:]|$)/.test(reason);

const reasonsOf = ({ lake, datasets, grants, pipelines }: Declarations): readonly WrittenReason[] => [
  ...(lake.file.rules ?? []).map(({ reason }, index) => ({
    source: lake.source,
    path: ['rules', index, 'reason'],
    reason,
  })),
  ...(lake.file.allow ?? []).map(({ reason }, index) => ({
    source: lake.source,
    path: ['allow', index, 'reason'],
    reason,
  })),
  ...(['ignore', 'hold'] as const).flatMap((list) =>
    (lake.file.drift?.[list] ?? []).map(({ reason }, index) => ({
      source: lake.source,
      path: ['drift', list, index, 'reason'],
      reason,
    })),
  ),
  ...datasets.flatMap(({ source, file: { retired } }) =>
    retired === undefined ? [] : [{ source, path: ['retired', 'reason'], reason: retired.reason }],
  ),
  ...grants.flatMap(({ source, file: { reason } }) =>
    reason === undefined ? [] : [{ source, path: ['reason'], reason }],
  ),
  ...pipelines.flatMap(({ source, file }) =>
    (file.declassify ?? []).map(({ reason }, index) => ({ source, path: ['declassify', index, 'reason'], reason })),
  ),
];

/** Whether each reason is one: approvers decide by it, and auditors read it years later. */
export const checkReasons = (declarations: Declarations): readonly Diagnostic[] =>
  reasonsOf(declarations)
    .filter(({ reason }) => saysNothing(reason))
    .map(({ source, path, reason }) => {
      const what = reason.trim() === '' ? 'The reason is empty' : `The reason is only "${reason.trim()}"`;
      const detail = `${what}, but approvers decide by it and auditors read it later. Write what it is needed for, with the number of the request.`;
      return problem('EDL-1354', locate(source, path), detail);
    });
