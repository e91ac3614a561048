import { judgeAt, type PreparedRequest } from '../evaluate/evaluate.ts';
import type { Candidate } from '../evaluate/policy-set.ts';
import { turningPoints } from '../evaluate/turning-points.ts';
import { type End, NEVER, startAfter } from '../time.ts';
import type { Setting } from './surroundings.ts';
import type { Speaks } from './speaking.ts';
import type { Asker } from './statements-by-place.ts';
import type { Mismatch } from './types.ts';

/** An answer that is not the declared one, of whatever place. */
export type Wrong = Pick<Mismatch, 'action' | 'at' | 'expected' | 'found' | 'until' | 'statement'>;

/** A role at a place: its statements about it, whatever their actions are. */
export interface Standpoint {
  readonly own: readonly Candidate[];
  readonly setting: Setting;
  readonly asker: Asker;
  readonly speaks: Speaks;
}

/** Whether anything could ever allow an action; if not, it is denied at all times, and most are. */
const isOpen = ({ own, setting, speaks }: Standpoint, lower: string): boolean => {
  const opens = ({ statement }: Candidate): boolean => statement.effect === 'Allow' && speaks(statement, lower);
  return own.some(opens) || setting.others.resource.some(opens);
};

const prepare = ({ own, setting, asker, speaks }: Standpoint, action: string, lower: string): PreparedRequest => {
  const speaking = (found: readonly Candidate[]): readonly Candidate[] =>
    found.filter(({ statement }) => speaks(statement, lower));
  const { boundary, resource, ...others } = setting.others;
  const { resource: arn, context } = setting.place;
  return {
    request: { ...asker, action, resource: arn, context },
    own: speaking(own),
    ...(boundary === undefined ? {} : { boundary: speaking(boundary) }),
    resource: speaking(resource),
    ...others,
  };
};

/** The first moment at which what ends with a day is no longer granted; undefined when it does not end. */
const goneAt = (end: End | undefined): number | undefined =>
  end === undefined || end === NEVER ? undefined : Date.parse(startAfter(end));

/** Now, and around every moment at which the answer or what is declared may change. In between nothing can. */
const moments = (prepared: PreparedRequest, now: number, gone: number | undefined): readonly number[] => {
  const around = [...turningPoints(prepared), ...(gone === undefined ? [] : [gone])];
  const all = new Set([now, ...around.flatMap((point) => [point - 1, point, point + 1])]);
  return [...all].filter((moment) => moment >= now).sort((left, right) => left - right);
};

const untilOf = (end: End | undefined): Pick<Wrong, 'until'> =>
  end === undefined || end === NEVER ? {} : { until: end };

/** At most one answer a direction is told: the first that is wrong. */
const judgeAction = (prepared: PreparedRequest, end: End | undefined): readonly Wrong[] => {
  const { action, at: asOf } = prepared.request;
  const now = Date.parse(asOf);
  const gone = goneAt(end);
  const wrong = new Map<Wrong['expected'], Wrong>();
  for (const moment of moments(prepared, now, gone)) {
    const expected = end !== undefined && (gone === undefined || moment < gone) ? 'allowed' : 'denied';
    if (wrong.has(expected)) continue;
    const at = moment === now ? asOf : new Date(moment).toISOString();
    const { answer, by } = judgeAt(prepared, at);
    if (answer === expected) continue;
    const statement = by === undefined ? {} : { statement: by.origin };
    wrong.set(expected, { action, at, expected, found: answer, ...untilOf(end), ...statement });
  }
  return [...wrong.values()];
};

/**
 * What an answer depends on beside the place: the statements that speak of the action, and for listings the action itself,
 * since no other request carries a prefix, a delimiter or a limit.
 */
const signatureOf = ({ own, setting, speaks }: Standpoint, lower: string): string => {
  const { boundary = [], resource } = setting.others;
  const flags = [own, boundary, resource].map((found) =>
    found.map(({ statement }) => (speaks(statement, lower) ? '1' : '0')).join(''),
  );
  return `${flags.join()}${lower.startsWith('s3:listbucket') ? lower : ''}`;
};

/** Judges actions of which most are spoken of by the same statements: each different case once. */
const judgeClass = (standpoint: Standpoint, actions: readonly string[], end: End | undefined): readonly Wrong[] => {
  const { at } = standpoint.asker;
  const judged = new Map<string, readonly Wrong[]>();
  return actions.flatMap((action): readonly Wrong[] => {
    const lower = action.toLowerCase();
    if (!isOpen(standpoint, lower))
      return end === undefined ? [] : [{ action, at, expected: 'allowed', found: 'denied', ...untilOf(end) }];
    const signature = signatureOf(standpoint, lower);
    const known = judged.get(signature) ?? judgeAction(prepare(standpoint, action, lower), end);
    judged.set(signature, known);
    return known.map((wrong) => (wrong.action === action ? wrong : { ...wrong, action }));
  });
};

/**
 * Judges everything that is asked on a place, now and at every later moment that matters. `ends` tells what of it is
 * granted, by the position of its class, and on which day that ends last.
 */
export const judgePlace = (standpoint: Standpoint, ends: ReadonlyMap<number, End>): readonly Wrong[] =>
  standpoint.setting.place.classes.flatMap(({ actions }, position) =>
    judgeClass(standpoint, actions, ends.get(position)),
  );
