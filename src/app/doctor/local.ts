import { MOST_SKEW_MS } from '../check-clock.ts';
import { broken, good, warning, type Check } from '../../reconciler/model/doctor.ts';
import { durationOf } from '../../report/duration.ts';

/** The oldest Node that EDL runs on, and the oldest that the AWS SDK takes from January 2027 on. */
const OLDEST_NODE = [20, 19] as const;
const LASTING_NODE = 22;

const UPGRADE = 'Install a current LTS version of Node.';

/** Whether this Node runs EDL, and how long it will. `version` is like `20.19.1`. */
export const checkNode = (version: string): Check => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOldEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  if (!isOldEnough) return broken('node', `${version}; EDL needs ${OLDEST_NODE.join('.')} or newer`, UPGRADE);
  return major < LASTING_NODE
    ? warning('node', `${version}; the AWS SDK needs ${LASTING_NODE} from January 2027 on`, UPGRADE)
    : good('node', version);
};

const NOTICEABLE_MS = 30_000;

/** How far this computer's clock is from that of AWS. */
export const checkClock = (skewMs: number | undefined): readonly Check[] => {
  if (skewMs === undefined) return [];
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const found = `${durationOf(seconds)} ${skewMs > 0 ? 'behind' : 'ahead of'} AWS`;
  const action = 'Let the clock be set by a time server: signatures and the days on which grants end depend on it.';
  if (Math.abs(skewMs) >= MOST_SKEW_MS) return [broken('clock', found, action)];
  if (Math.abs(skewMs) >= NOTICEABLE_MS) return [warning('clock', found, action)];
  return [good('clock', seconds <= 1 ? 'agrees with AWS' : found)];
};
