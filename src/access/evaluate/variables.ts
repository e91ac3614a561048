import { ANYTHING, LITERAL_QUESTION, LITERAL_STAR, literal, matchesGlob } from './glob.ts';
import type { Match } from './types.ts';

/** The values of a context key (any case): `undefined` is unknown, an empty list is known to be absent. */
export type Lookup = (key: string) => readonly string[] | undefined;

/** Where policy variables count: in documents of the version of 2012. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html */
export const hasVariable = (text: string): boolean => text.includes('${');

const VARIABLE = /\$\{([^}]*)\}/g;
const ESCAPES: Readonly<Record<string, string>> = { '*': LITERAL_STAR, '?': LITERAL_QUESTION, $: '$' };

/** A pattern with its variables replaced. `absent`: a variable has no value, so the pattern matches nothing. */
export interface Expanded {
  readonly pattern: string;
  readonly certainty: 'known' | 'unknown' | 'absent';
}

type Value = { readonly is: 'known'; readonly text: string } | { readonly is: 'absent' | 'unknown' };

/** `${key}` or `${key, 'default'}`; a variable stands for one value. */
const valueOf = (body: string, lookup: Lookup): Value => {
  const [, key = body, , fallback] = /^([^,]*)(,\s*'([^']*)')?$/.exec(body) ?? [];
  const values = lookup(key.trim());
  if (values === undefined || values.length > 1) return { is: 'unknown' };
  const text = values[0] ?? fallback;
  return text === undefined ? { is: 'absent' } : { is: 'known', text };
};

/** Replaces the variables of a pattern. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
export const expand = (pattern: string, lookup: Lookup): Expanded => {
  if (!hasVariable(pattern)) return { pattern, certainty: 'known' };
  let certainty: Expanded['certainty'] = 'known';
  const expanded = pattern.replace(VARIABLE, (_, body: string) => {
    const escape = ESCAPES[body];
    if (escape !== undefined) return escape;
    const value = valueOf(body, lookup);
    if (value.is === 'known') return literal(value.text);
    if (certainty !== 'absent') certainty = value.is;
    return ANYTHING;
  });
  return { pattern: expanded, certainty };
};

/** AWS takes variables after the fifth colon of an ARN only; what it makes of others is not told. */
const isMisplaced = (arn: string): boolean => {
  const before = arn.slice(0, arn.indexOf('${'));
  return before.split(':').length <= 5;
};

/**
 * Whether a resource matches an ARN with variables; a variable of unknown value, or in a place where AWS takes none, can only
 * make it `maybe`.
 */
export const matchesExpanded = (pattern: string, text: string, lookup: Lookup): Match => {
  const expanded = expand(pattern, lookup);
  if (expanded.certainty === 'absent' || !matchesGlob(expanded.pattern, text)) return 'no';
  return expanded.certainty === 'unknown' || (hasVariable(pattern) && isMisplaced(pattern)) ? 'maybe' : 'yes';
};
