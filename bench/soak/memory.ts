/** A figure, and how far the soak had come (from 0 to 1) when it was taken. */
export interface Sample {
  readonly progress: number;
  readonly value: number;
}

/** What a process kept in memory early and late. */
export interface Growth {
  readonly what: string;
  readonly early: number;
  readonly late: number;
  readonly samples: number;
}

/** "At minute 10 at most 1.1 times that at minute 3." */
const MOST = 1.1;
/** The minutes around the third and up to the tenth, of ten. */
const EARLY = { from: 0.2, to: 0.4 };
const LATE = { from: 0.8, to: 1 };
/** Fewer say nothing. */
const LEAST_SAMPLES = 3;

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
};

/** The medians of both times; absent where there are too few figures to tell. */
export const growthOf = (what: string, samples: readonly Sample[]): Growth | undefined => {
  const within = ({ from, to }: typeof EARLY): readonly number[] =>
    samples.filter(({ progress }) => from <= progress && progress <= to).map(({ value }) => value);
  const [early, late] = [within(EARLY), within(LATE)];
  if (early.length < LEAST_SAMPLES || late.length < LEAST_SAMPLES) return undefined;
  return { what, early: median(early), late: median(late), samples: early.length + late.length };
};

export const isBounded = ({ early, late }: Growth): boolean => late <= MOST * early;
