import { implied } from '../access/levels.ts';
import type { AccessChange, HeldLevel } from '../reconciler/model/plan.ts';

/** What an access change does, as far as a sign and a count can tell. */
export interface AccessEffect {
  readonly gains: boolean;
  readonly loses: boolean;
  readonly symbol: string;
}

const heldBy = (levels: readonly HeldLevel[]): ReadonlySet<string> =>
  new Set(levels.flatMap(({ level }) => implied(level)));

/** Whether a change widens or narrows what somebody may do; `⏲` when only dates move. */
export const effectOf = (change: AccessChange): AccessEffect => {
  if (change.expired === true) return { gains: false, loses: true, symbol: '↓' };
  const before = heldBy(change.before);
  const after = heldBy(change.after);
  const gains = [...after].some((level) => !before.has(level));
  const loses = [...before].some((level) => !after.has(level));
  const symbol = gains && loses ? '↑↓' : gains ? '↑' : loses ? '↓' : '⏲';
  return { gains, loses, symbol };
};

/** How many gain, and how many lose. Who gains one level and loses another counts as both. */
export const countEffects = (access: readonly AccessChange[]): { readonly gain: number; readonly lose: number } => {
  const effects = access.map(effectOf);
  return { gain: effects.filter(({ gains }) => gains).length, lose: effects.filter(({ loses }) => loses).length };
};
