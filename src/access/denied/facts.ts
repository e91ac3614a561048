import type { Denial, DenialSign } from './types.ts';

/** What one form found, and where in the text. */
export interface Found {
  readonly denial: Denial;
  readonly start: number;
  readonly end: number;
}

/** Looks for one form of message, everywhere in a text. */
export type Form = (text: string) => readonly Found[];

/** Facts on the way: what is not known may be there as `undefined`. */
export type LooseFacts = { readonly [K in keyof Denial]?: Denial[K] | undefined };

const factsOf = (facts: LooseFacts): Denial => ({
  signs: [],
  ...Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
});

/** A form that is one pattern; `read` turns a match into facts. */
export const form =
  (pattern: RegExp, read: (match: RegExpExecArray, text: string) => LooseFacts | undefined): Form =>
  (text) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const facts = read(match, text);
      return facts === undefined
        ? []
        : [{ denial: factsOf(facts), start: match.index, end: match.index + match[0].length }];
    });

/** The service of a denial, from what else is known. */
const serviceOf = ({ action, resource, location, service }: Denial): string | undefined =>
  action?.split(':')[0] ??
  /^arn:aws[\w-]*:([a-z0-9-]+):/.exec(resource ?? '')?.[1] ??
  service ??
  (location === undefined ? undefined : 's3');

const isSame = (left: string | undefined, right: string | undefined): boolean =>
  left === undefined || right === undefined || left === right;

const placeOf = ({ location }: Denial): string | undefined =>
  location === undefined ? undefined : `${location.bucket}/${location.key}`;

/** Actions that were only guessed give way; stated ones have to be equal. */
const isSameAction = (left: Denial, right: Denial): boolean =>
  left.isActionStated !== true || right.isActionStated !== true
    ? isSame(left.action?.split(':')[0], right.action?.split(':')[0])
    : left.action === right.action;

const KINDS: readonly DenialSign[] = ['not-found', 'session-ended'];

const kindOf = ({ signs }: Denial): string => KINDS.filter((kind) => signs.includes(kind)).join();

/** Whether two findings can be one refusal: nothing that both know differs. */
export const isCompatible = (left: Denial, right: Denial): boolean =>
  kindOf(left) === kindOf(right) &&
  isSameAction(left, right) &&
  isSame(serviceOf(left), serviceOf(right)) &&
  isSame(left.resource, right.resource) &&
  isSame(placeOf(left), placeOf(right)) &&
  isSame(left.caller?.arn, right.caller?.arn);

/** Two findings as one; what AWS stated counts more than what was guessed. */
export const unite = (left: Denial, right: Denial): Denial => {
  const [weak, strong] = left.isActionStated === true ? [right, left] : [left, right];
  return {
    ...weak,
    ...strong,
    ...(strong.action === undefined && weak.action !== undefined ? { action: weak.action } : {}),
    signs: [...new Set([...left.signs, ...right.signs])].sort(),
  };
};

/** A denial with the service that it is about. */
export const complete = (denial: Denial): Denial => {
  const service = serviceOf(denial);
  return service === undefined ? denial : { ...denial, service };
};

/** How much a denial tells: of two readings of a text, the one that tells more is right. */
export const weightOf = (denial: Denial): number =>
  Object.keys(denial).length + denial.signs.length + (denial.location?.key === '' ? 0 : 1) + (denial.why ? 2 : 0);
