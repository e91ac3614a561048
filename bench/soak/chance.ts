/** Chance that a seed repeats. */
export interface Chance {
  /** From 0 to 1. */
  draw(): number;
  /** A whole number from 0 to below `count`. */
  below(count: number): number;
  /** Whether something of this probability happens. */
  hits(probability: number): boolean;
  pick<Value>(values: readonly Value[]): Value | undefined;
}

/** Mulberry32: 32 bits of state, good enough to choose deeds by, and the same on every computer. */
export const newChance = (seed: number): Chance => {
  let state = seed >>> 0;
  const draw = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(draw() * count);
  return { draw, below, hits: (probability) => draw() < probability, pick: (values) => values[below(values.length)] };
};
