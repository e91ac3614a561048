import type { JsonObject } from '../model/json.ts';
import { compareProperties } from './compare.ts';
import { withoutOutside, type Writing } from './units.ts';

/** An object after its update, all in its kind's normal form. */
export interface Outcome {
  readonly live: JsonObject;
  /** What `simulate` says: as declared but for drift that was left alone. */
  readonly expected: JsonObject;
  readonly declared: JsonObject;
}

/**
 * The paths at which an object is not what it may be after its update; empty when all is well.
 *
 * | live is     | verdict                                                                                     |
 * |-------------|---------------------------------------------------------------------------------------------|
 * | as expected | fine                                                                                        |
 * | as declared | fine: drift that went along, as where IAM's UpdateRole takes description and session together |
 * | neither     | a mismatch                                                                                  |
 *
 * What no template can hold is nobody's update, whatever became of it meanwhile.
 */
export const mismatchedPaths = ({ live, expected, declared }: Outcome, kind: Writing): readonly string[] =>
  // Seen from the declared side, "edited" is live = declared where something else was expected: the second row.
  compareProperties(
    {
      applied: declared,
      live: withoutOutside(live, kind),
      desired: withoutOutside(expected, kind),
    },
    kind,
  )
    .filter(({ cause }) => cause !== 'edited')
    .map(({ path }) => path);
