import { readings } from './clean.ts';
import { complete, type Found, isCompatible, unite, weightOf } from './facts.ts';
import { iamForm } from './iam-form.ts';
import { GENERIC_FORM, OTHER_FORMS } from './other-forms.ts';
import type { Denial } from './types.ts';

/** How far in front of IAM's sentence the words of the client may stand that wrap it. */
const WRAPPED = 500;

/** What the client says around IAM's sentence belongs to it: the operation, and the path that the sentence does not name. */
const wrap = (stated: Found, wrappers: readonly Found[]): Denial =>
  wrappers.reduce((denial, { denial: wrapper }) => {
    const { location, signs } = wrapper;
    return {
      ...denial,
      ...(denial.location === undefined && location !== undefined ? { location } : {}),
      signs: [...new Set([...denial.signs, ...signs])].sort(),
    };
  }, stated.denial);

const isAround = (wrapper: Found, stated: Found, previousEnd: number): boolean =>
  (wrapper.start >= previousEnd && wrapper.end <= stated.start && stated.start - wrapper.end < WRAPPED) ||
  (wrapper.start < stated.start && wrapper.end > stated.start) ||
  (wrapper.start >= stated.end &&
    wrapper.start - stated.end < WRAPPED &&
    wrapper.denial.service !== undefined &&
    wrapper.denial.action === undefined);

const distinct = (denials: readonly Denial[]): readonly Denial[] =>
  denials.reduce<readonly Denial[]>((known, denial) => {
    const index = known.findIndex((one) => isCompatible(one, denial));
    return index < 0 ? [...known, denial] : known.map((one, at) => (at === index ? unite(one, denial) : one));
  }, []);

const parseReading = (text: string): readonly Denial[] => {
  const stated = [...iamForm(text)];
  const others = OTHER_FORMS.flatMap((form) => form(text)).sort((left, right) => left.start - right.start);
  const used = new Set<Found>();
  const wrapped = stated.map((one, index): Found => {
    const around = others.filter((other) => !used.has(other) && isAround(other, one, stated[index - 1]?.end ?? 0));
    for (const other of around) used.add(other);
    return { ...one, denial: wrap(one, around) };
  });
  const found = [...wrapped, ...others.filter((other) => !used.has(other))].sort(
    (left, right) => left.start - right.start,
  );
  const denials = distinct((found.length > 0 ? found : GENERIC_FORM(text)).map(({ denial }) => denial));
  return denials.map(complete);
};

const weight = (denials: readonly Denial[]): number => denials.reduce((sum, denial) => sum + weightOf(denial), 0);

/**
 * Finds what a text says was denied: each distinct refusal once, in the order of the text; none when no form is known. The
 * text may be wrapped, carry the prefixes of a log, and hold stack traces.
 */
export const parseDenials = (text: string): readonly Denial[] => {
  const [spaced = [], joined] = readings(text).map(parseReading);
  return joined !== undefined && weight(joined) > weight(spaced) ? joined : spaced;
};
