import { createAws, type Aws } from '../aws/create-aws.ts';
import type { Clock, Reporter } from '../reconciler/model/ports.ts';

/** What a shell gives to every use case. */
export interface Session {
  readonly clock: Clock;
  readonly reporter: Reporter;
  /** Connects to AWS; `homeRegion` is where global services are asked. No call is made yet. */
  readonly connect: (homeRegion: string, reporter: Reporter) => Aws;
}

/** The real world: the system's clock, and AWS as the standard environment says. */
export const openSession = (reporter: Reporter): Session => ({
  clock: { now: () => new Date() },
  reporter,
  connect: (homeRegion, ownReporter) => createAws({ reporter: ownReporter, homeRegion }),
});
