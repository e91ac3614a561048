/** Where the journal is, in the home region's artifacts bucket. */
export const JOURNAL_PREFIX = 'edl/journal/';

const HIGHEST = 99_999_999;
const DIGITS = 8;

const padded = (count: number): string => String(count).padStart(DIGITS, '0');

/**
 * The key of an entry. S3 lists keys in ascending order only (AmazonS3/latest/userguide/ListingKeysUsingAPIs), so the number
 * that counts down comes first: the newest entry is the first key, found by one call however many there are. No run is in the
 * key: an entry is created only if its key is not there, so of two runs one gets the number.
 */
export const journalKey = (ordinal: number): string =>
  `${JOURNAL_PREFIX}${padded(HIGHEST - ordinal)}-${padded(ordinal)}.jsonl`;

/** Entries follow one another without a gap. So many may be removed; what lies further off was never one of them. */
const MOST_MISSING = 10_000;

/**
 * Ordinals from the newest down, without any that nothing leads up to: one stray object with a high number must not make every
 * question, and every run, count down to it.
 */
export const withoutFarOff = (descending: readonly number[]): readonly number[] => {
  const isFarOff = (ordinal: number, at: number): boolean => ordinal - (descending[at + 1] ?? 0) > MOST_MISSING;
  return descending.slice(descending.findLastIndex(isFarOff) + 1);
};

/** The ordinal of a key; undefined for what is no entry. */
export const ordinalOf = (key: string): number | undefined => {
  const [, digits] = /-(\d{8})\.jsonl$/.exec(key) ?? [];
  const ordinal = Number(digits);
  return ordinal >= 1 && journalKey(ordinal) === key ? ordinal : undefined;
};
