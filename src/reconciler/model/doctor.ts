/**
 * How a part of the world that EDL needs is: `good`, `warning` it works and somebody should look, `broken` something of EDL
 * does not work until it is mended.
 */
export type CheckStatus = 'good' | 'warning' | 'broken';

/** One thing that was looked at. */
export interface Check {
  /** What was looked at: `node`, `credentials`, `stack edl-dev01-bootstrap`. */
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found. */
  readonly found: string;
  /** What to do about it: a sentence or a command. Only of what is not good. */
  readonly action?: string;
}

/** What `edl doctor` found, in the order of its looking. */
export interface Health {
  readonly instance: string;
  readonly account: string;
  readonly regions: readonly string[];
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly checks: readonly Check[];
}

/** Something that is as it should be. */
export const good = (name: string, found: string): Check => ({ name, status: 'good', found });

/** Something that somebody should look at. */
export const warning = (name: string, found: string, action: string): Check => ({
  name,
  status: 'warning',
  found,
  action,
});

/** Something without which a part of EDL does not work. */
export const broken = (name: string, found: string, action: string): Check => ({
  name,
  status: 'broken',
  found,
  action,
});

/** Whether anything is broken. */
export const isBroken = ({ checks }: Health): boolean => checks.some(({ status }) => status === 'broken');
