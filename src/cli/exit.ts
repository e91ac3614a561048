/** Exit codes, as README and `edl --help` list them. */
export const EXIT = {
  done: 0,
  failed: 1,
  changes: 2,
  refused: 3,
  stale: 4,
} as const;
