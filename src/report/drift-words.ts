import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import type {
  Authorship,
  DriftedPart,
  DriftEffect,
  DriftEntry,
  DriftReport,
  DriftSummary,
  HealResult,
  IgnoredDrift,
  ImmutabilityException,
} from '../reconciler/model/drift.ts';
import { objectOf, textOf } from '../reconciler/model/json.ts';
import type { Unreadable } from '../reconciler/model/live.ts';
import { durationBetween } from './duration.ts';
import { countOf, minuteOf, placeOf } from './layout.ts';
import { tellOutside } from './outside.ts';
import { describeProperties } from './properties.ts';

/** The effects in the order in which people want to read of them. */
export const EFFECTS = ['widens', 'narrows', 'neutral'] as const satisfies readonly DriftEffect[];

/** The headings of the groups. */
export const EFFECT_TITLES: Readonly<Record<DriftEffect, string>> = {
  widens: 'Widens access or weakens a protection',
  narrows: 'Narrows access',
  neutral: 'Neutral',
};

/** Some lines, and what they mean; a part that matters less than its object says so. */
export interface ToldPart {
  readonly meaning?: string;
  readonly lines: readonly string[];
}

/** One object in words, the same for text and markdown. */
export interface ToldEntry {
  readonly entry: DriftEntry;
  /** `missing`, `declared by nobody`; absent for what only differs. */
  readonly state?: string;
  /** Who gained and lost what, and what it means as a whole. */
  readonly says: readonly string[];
  readonly parts: readonly ToldPart[];
  readonly author?: string;
  readonly hold?: string;
}

const movedText = ({ live, declared }: DriftedPart, words: { added: string; removed: string }): string => {
  if (declared === undefined) return words.added;
  return live === undefined ? words.removed : 'changed by hand';
};

/** Parts that are documents or attachments have names that say more than a pointer; all others are told by their properties. */
const partLines = (part: DriftedPart): readonly string[] => {
  const { path, live, declared, properties } = part;
  if (path.startsWith('/Policies/')) {
    const name = textOf(objectOf(live ?? declared)['PolicyName']);
    return [`inline policy ${name}: ${movedText(part, { added: 'added by hand', removed: 'deleted by hand' })}`];
  }
  if (path.startsWith('/ManagedPolicyArns/')) {
    const arn = textOf(live ?? declared);
    return [`managed policy ${arn}: ${movedText(part, { added: 'attached by hand', removed: 'detached by hand' })}`];
  }
  return describeProperties(properties, true);
};

const RANK: Readonly<Record<DriftEffect, number>> = { widens: 0, narrows: 1, neutral: 2 };

/** Rows of access say in a few words what a document that is gone took; of what it adds, they may not say all. */
const isToldByRows = ({ effect }: DriftedPart, { access }: DriftEntry): boolean =>
  effect === 'narrows' && access.some(({ sort }) => sort === 'rights');

/** Parts that mean the same are told as one. */
const joinAlike = (parts: readonly ToldPart[]): readonly ToldPart[] =>
  parts.reduce<readonly ToldPart[]>((told, part) => {
    const alike = told.find(({ meaning }) => meaning !== undefined && meaning === part.meaning);
    if (alike === undefined) return [...told, part];
    return told.map((one) => (one === alike ? { ...one, lines: [...one.lines, ...part.lines] } : one));
  }, []);

const tellParts = (entry: DriftEntry): readonly ToldPart[] =>
  joinAlike(
    [...entry.parts]
      .sort((left, right) => RANK[left.effect] - RANK[right.effect])
      .map((part): ToldPart => {
        const lines = partLines(part);
        const { meaning } = part;
        const told = part.effect === entry.effect ? lines : lines.map((line) => `${line} (${part.effect})`);
        return { ...(meaning === undefined || isToldByRows(part, entry) ? {} : { meaning }), lines: told };
      }),
  );

/** `by ARN at TIME (AttachRolePolicy), open for 3 h 12 min`. */
export const authorText = (author: Authorship, effect: DriftEffect, asOf: string): string => {
  if (author.status === 'unknown') return `nobody knows by whom: ${author.reason}`;
  const { by, at, event, others } = author;
  const since = durationBetween(at, asOf);
  const more =
    others === 0 ? '' : `; ${others} other ${others === 1 ? 'event' : 'events'} of that time could be it too`;
  return `by ${by} at ${minuteOf(at)} (${event}), ${effect === 'widens' ? `open for ${since}` : `${since} ago`}${more}`;
};

const ruleText = ({ reason, until, declaredIn }: Pick<IgnoredDrift['rule'], 'reason' | 'until' | 'declaredIn'>) =>
  `until ${until}: ${reason} (${placeOf(declaredIn)})`;

/** One object in words. `withAuthor` is false where one line says of all objects that nobody knows. */
export const tellEntry = (entry: DriftEntry, asOf: string, withAuthor = true): ToldEntry => {
  const state =
    entry.undeclared === true ? 'declared by nobody' : entry.state === 'missing' ? 'deleted in AWS' : undefined;
  return {
    entry,
    ...(state === undefined ? {} : { state }),
    says: [...tellOutside(entry.access, false), ...(entry.meaning === undefined ? [] : [entry.meaning])],
    parts: tellParts(entry),
    ...(entry.author === undefined || !withAuthor ? {} : { author: authorText(entry.author, entry.effect, asOf) }),
    ...(entry.hold === undefined ? {} : { hold: `held, so healing leaves it alone, ${ruleText(entry.hold)}` }),
  };
};

/** What could not be read. */
export const unreadText = ({ kind, region, part }: Unreadable): string =>
  `${kind} in ${region}${part === undefined ? '' : `, ${part}`}`;

/** The one reason why nobody knows who did any of it; undefined where some are known, or there are several reasons. */
export const commonUnknown = ({ entries }: DriftReport): string | undefined => {
  const authors = entries.flatMap(({ author }) => (author === undefined ? [] : [author]));
  const reasons = new Set(authors.map((author) => (author.status === 'unknown' ? author.reason : '')));
  const [reason] = reasons;
  return authors.length > 1 && reasons.size === 1 && reason !== '' ? reason : undefined;
};

/** One line on what a rule took out. */
export const ignoredText = ({ id, paths, effect, rule }: IgnoredDrift): string =>
  `${id}${paths.length === 0 ? '' : ` ${paths.join(', ')}`} (${effect}) ${ruleText(rule)}`;

const placesText = (places: readonly string[]): string =>
  places.length === 0 ? '' : ` under ${places.join(' and ')} of`;

/** One line on somebody who can change what is published. */
export const exceptionText = ({ who, bucket, actions, places, certainty, because }: ImmutabilityException): string =>
  `${who} ${certainty === 'proven' ? 'can' : 'may'} use ${actions.join(', ')}${placesText(places) === '' ? ' on' : placesText(places)} ${bucket}: ${because}`;

/** Whether what is published stays as it is. */
export const immutabilityText = ({ status, purgeRole, exceptions }: DriftReport['immutability']): string => {
  const meant = `the runner roles${purgeRole === undefined ? '' : ` and ${purgeRole}`}`;
  switch (status) {
    case 'proven':
      return `Published updates stay as they are: nobody but ${meant} can put or delete them.`;
    case 'excepted':
      return `Published updates may not stay as they are: ${exceptions.length}`;
    case 'unknown':
      return 'Whether published updates stay as they are is unknown: not every policy could be read.';
  }
};

/** The sign of each outcome of healing. */
export const HEAL_SIGNS: Readonly<Record<HealResult['outcome'], string>> = {
  healed: '✓',
  planned: '→',
  left: '·',
  held: '=',
  refused: '⊘',
  failed: '✗',
};

/** One line on what healing did. */
export const healText = ({ id, path, outcome, detail, code }: HealResult): string =>
  `${outcome} ${id}${path === undefined ? '' : ` ${path}`}: ${code === undefined ? '' : `${code} `}${detail}`;

const verb = (count: number, word: string): string => `${count} ${count === 1 ? `${word}s` : word}`;

/** `Drift: 2 widen, 1 narrows, 0 neutral, 1 missing, 0 unknown, 211 in sync.` Scripts search for it. */
export const driftLine = ({ widens, narrows, neutral, missing, unknown, inSync }: DriftSummary): string =>
  `Drift: ${verb(widens, 'widen')}, ${verb(narrows, 'narrow')}, ${neutral} neutral, ${missing} missing, ${unknown} unknown, ${inSync} in sync.`;

/** What differs because git moved; undefined: nothing. It is no drift, but no proof of none either: digests are not signed. */
export const pendingText = ({ pending }: DriftSummary): string | undefined =>
  pending === 0
    ? undefined
    : `${countOf(pending, 'object')} ${pending === 1 ? 'differs' : 'differ'} because git changed since the last apply: run edl plan`;

/** What is said of the catalog's files is `validate`'s to tell; only the rules of drift itself count here. */
export const isAboutLive = ({ code }: Diagnostic): boolean => !/^EDL-[12]/.test(code) || code.startsWith('EDL-137');

/** What a report without an entry says. `isClean` is false where it proves less than that there is no drift. */
export const verdictText = ({ summary, unknown, diagnostics }: DriftReport): { text: string; isClean: boolean } => {
  if (summary.inSync + summary.pending === 0)
    return { text: 'Nothing was compared, so this says nothing about drift.', isClean: false };
  if (unknown.length > 0) return { text: 'No drift in what could be read.', isClean: false };
  // A name that nothing has, or another's mark.
  const isPartial = diagnostics.some((one) => one.severity === 'error' && isAboutLive(one));
  return isPartial
    ? { text: 'No drift in what was compared.', isClean: false }
    : { text: 'No drift: AWS is as it was applied.', isClean: true };
};
