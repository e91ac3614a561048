import type { ResourceKind } from '../model/kind.ts';
import type { DriftRules, IgnoreRule } from '../model/drift-rules.ts';
import { UNKNOWN } from '../diff/sides.ts';
import { indexKinds } from '../live/kinds.ts';
import type { FoundDrift, FoundPart } from './found.ts';
import { healedBeside, settle } from './overlook.ts';
import { siftDrift } from './rules.ts';

/** What is left of what was found, and what a rule took out of it, with only what the rule took. */
export interface SiftedFound {
  readonly found: readonly FoundDrift[];
  readonly ignored: readonly { readonly found: FoundDrift; readonly rule: IgnoreRule }[];
}

const only = (found: FoundDrift, paths: ReadonlySet<string>): FoundDrift => ({
  ...found,
  parts: found.parts.flatMap((part) => {
    const properties = part.properties.filter(({ path }) => paths.has(path));
    return properties.length === 0 ? [] : [{ ...part, properties }];
  }),
});

/** A part whose declared side keeps what is ignored as it is live: whoever heals the part must not undo that with it. */
const beside = (part: FoundPart, ignored: ReadonlySet<string>): FoundPart => {
  const { declared: desired, ...rest } = part;
  const declared = settle(part.path, { applied: UNKNOWN, live: part.live, desired }, (path) =>
    ignored.has(path) ? 'live' : 'desired',
  );
  return { ...rest, ...(declared === undefined ? {} : { declared }) };
};

const leave = (found: FoundDrift, ignored: ReadonlySet<string>, kinds: readonly ResourceKind[]): FoundDrift => {
  const kind = indexKinds(kinds).get(found.kind);
  const { live, declared } = found;
  if (ignored.size === 0 || kind === undefined || live === undefined || declared === undefined) return found;
  return {
    ...found,
    parts: found.parts.map((part) => beside(part, ignored)),
    declared: healedBeside(live, declared, kind, ignored),
  };
};

const pathsOf = (found: FoundDrift): readonly string[] =>
  found.parts.flatMap(({ properties }) => properties.map(({ path }) => path));

/**
 * The rules of `lake.yaml` over everything that was found, also what no plan tells (objects that nobody declared, drift under
 * an edit). What is left carries what is ignored in its declared side, so that healing leaves it alone.
 */
export const siftFound = (
  found: readonly FoundDrift[],
  rules: DriftRules | undefined,
  asOf: string,
  kinds: readonly ResourceKind[],
): SiftedFound => {
  const sifted = found.map((one) => {
    const { id, kind, type, stack, region, state: status, parts } = one;
    const properties = parts.flatMap((part) => part.properties);
    const { drift, ignored } = siftDrift([{ id, kind, type, stack, region, status, properties }], rules, asOf);
    const taken = ignored.map(({ drift: { properties: own }, rule }) => ({
      found: only(one, new Set(own.map(({ path }) => path))),
      rule,
    }));
    const out = new Set(taken.flatMap((each) => pathsOf(each.found)));
    const left = new Set(drift.flatMap((each) => each.properties.map(({ path }) => path)));
    return { found: drift.length === 0 ? [] : [leave(only(one, left), out, kinds)], ignored: taken };
  });
  return { found: sifted.flatMap((one) => one.found), ignored: sifted.flatMap((one) => one.ignored) };
};
