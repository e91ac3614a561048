import { AttachRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from '../../sandbox/index.ts';
import { startMeasured, type Measurement } from '../measure.ts';
import type { Chance } from './chance.ts';
import type { Gateway } from './gateway.ts';
import type { Repository } from './repository.ts';
import { INSTANCE, TODAY, type Clients } from './world.ts';

/** What a round may do with its commit. */
export type DeedName = 'apply' | 'kill -9' | '^C' | '^C ^C' | 'outage' | 'two at once' | 'drift';

/** How a command may end: its exit code, or the signal that ended it before it could listen. */
type Ending = number | NodeJS.Signals;

/** What may come of each deed; anything else fails the soak. A command that is hit too late has ended well before. */
export const ALLOWED: Readonly<Record<DeedName, readonly Ending[]>> = {
  apply: [0],
  'kill -9': ['SIGKILL', 0],
  '^C': [130, 'SIGINT', 0],
  '^C ^C': [130, 'SIGINT', 0],
  // AWS answers nothing any more: to writes, or to reads, without which the plan is refused.
  outage: [1, 3, 0],
  // The other run has the lease, or this one is of an older commit that the lake has outgrown.
  'two at once': [0, 3],
  drift: [0],
};

/** Chances, in hundredths. */
const WEIGHTS: readonly (readonly [DeedName, number])[] = [
  ['apply', 38],
  ['kill -9', 24],
  ['^C', 8],
  ['^C ^C', 4],
  ['outage', 8],
  ['two at once', 10],
  ['drift', 8],
];

/** What deeds work on. */
export interface Stage {
  readonly repository: Repository;
  readonly gateway: Gateway;
  readonly clients: Clients;
  readonly chance: Chance;
}

/** One command of a deed. */
export interface Command extends Measurement {
  readonly argv: readonly string[];
  readonly commit: string;
}

/** How long an apply takes about, so that it can be hit at any moment of it; most hits are where it writes. */
const TYPICAL_SECONDS = 5;
const WRITING_SECONDS = 3;
const LAST_WORDS_BEFORE_WRITING = 'Proving access';
const PATIENCE = ['--lease-timeout', '90'];

export const chooseDeed = (chance: Chance, isBuilt: boolean): DeedName => {
  let left = chance.below(100);
  for (const [deed, weight] of WEIGHTS) {
    left -= weight;
    if (left < 0) return deed === 'drift' && !isBuilt ? 'apply' : deed;
  }
  return 'apply';
};

/** None in two of five rounds; all at once in some. Steps of stacks take up to 100 ms, so that there is a moment to be hit in. */
export const chooseFaults = (chance: Chance): Partial<Faults> => {
  const speed = chance.pick([0, 100, 500]) ?? 0;
  if (chance.hits(0.4)) return { throttle: 0, drop: 0, latencyMs: 0, speed };
  return {
    throttle: chance.hits(0.5) ? 0.3 * chance.draw() : 0,
    drop: chance.hits(0.5) ? 0.1 * chance.draw() : 0,
    latencyMs: chance.hits(0.5) ? chance.below(100) : 0,
    seed: chance.below(1000),
    speed,
  };
};

export const NO_FAULTS: Partial<Faults> = { throttle: 0, drop: 0, latencyMs: 0, crashAfter: null, speed: 0 };

/** Does something to a command while it runs: waits (no longer than it runs), waits for a word on stderr, sends signals. */
interface Grip {
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly waitForText: (text: string) => Promise<void>;
}
type Hit = (grip: Grip) => Promise<void>;

const gripOf = (child: ChildProcess, ended: AbortSignal): Grip => ({
  kill: (signal) => {
    if (!ended.aborted) child.kill(signal);
  },
  wait: (milliseconds) => sleep(milliseconds, undefined, { signal: ended }).catch(() => undefined),
  waitForText: (text) =>
    new Promise((resolve) => {
      let seen = '';
      child.stderr?.on('data', (more: string) => {
        seen += more;
        if (seen.includes(text)) resolve();
      });
      ended.addEventListener('abort', () => {
        resolve();
      });
    }),
});

/** Runs a command of `edl` in a folder of the lake; `hit` does something to it while it runs. */
export const runCommand = async (
  { gateway }: Pick<Stage, 'gateway'>,
  place: { readonly folder: string; readonly commit: string },
  argv: readonly string[],
  hit: Hit = () => Promise.resolve(),
): Promise<Command> => {
  const hasTime = ['validate', 'apply', 'plan', 'drift', 'verify'].includes(argv[0] ?? '');
  const whole = [...argv, ...(hasTime ? ['--as-of', TODAY] : [])];
  const { child, finished } = await startMeasured(whole, place.folder, gateway.environment);
  const ended = new AbortController();
  const measured = finished.finally(() => {
    ended.abort();
  });
  const [measurement] = await Promise.all([measured, hit(gripOf(child, ended.signal))]);
  return { ...measurement, argv: whole, commit: place.commit };
};

const APPLY = ['apply', '--yes', '--instance', INSTANCE];

const at = ({ repository }: Stage, commit: string): { readonly folder: string; readonly commit: string } => ({
  folder: repository.folder,
  commit,
});

const applyAndHit = async (
  stage: Stage,
  commit: string,
  ...signals: readonly NodeJS.Signals[]
): Promise<readonly Command[]> => {
  const { chance } = stage;
  const isWriting = chance.hits(0.75);
  const moment = chance.draw() * (isWriting ? WRITING_SECONDS : TYPICAL_SECONDS) * 1000;
  const between = chance.draw() * 500;
  const command = await runCommand(stage, at(stage, commit), [...APPLY, ...PATIENCE], async (grip) => {
    if (isWriting) await grip.waitForText(LAST_WORDS_BEFORE_WRITING);
    await grip.wait(moment);
    for (const signal of signals) {
      grip.kill(signal);
      await grip.wait(between);
    }
  });
  return [command];
};

const twoAtOnce = async (stage: Stage, commit: string, before: string): Promise<readonly Command[]> => {
  const { chance, repository } = stage;
  const other = chance.hits(0.5) ? before : commit;
  const folder = await repository.checkOut(other);
  const patience = chance.hits(0.5) ? PATIENCE : [];
  const pause = chance.draw() * 2000;
  return Promise.all([
    runCommand(stage, at(stage, commit), [...APPLY, ...patience]),
    sleep(pause).then(() => runCommand(stage, { folder, commit: other }, [...APPLY, ...patience])),
  ]);
};

/** What people do past git: rights that nobody granted. */
const driftByHand = async ({ clients: { iam }, chance }: Stage): Promise<void> => {
  const RoleName = `edl-${INSTANCE}-team-${chance.pick(['finance', 'oncology', 'research']) ?? 'finance'}`;
  if (chance.hits(0.5)) {
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    return;
  }
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'by-hand', PolicyDocument }));
};

/** Applies, changes AWS past git, heals, and applies that nothing is left: four commands, each of which must end well. */
const drift = async (stage: Stage, commit: string, faults: Partial<Faults>): Promise<readonly Command[]> => {
  const place = at(stage, commit);
  const applied = await runCommand(stage, place, [...APPLY, ...PATIENCE]);
  if (applied.exitCode !== 0) return [applied];
  await stage.gateway.setFaults(NO_FAULTS);
  await driftByHand(stage);
  await stage.gateway.setFaults(faults);
  const heal = ['drift', '--heal', 'all', '--yes', '--no-authors', '--instance', INSTANCE, ...PATIENCE];
  const healed = await runCommand(stage, place, heal);
  const left = await runCommand(stage, place, ['drift', '--detailed-exitcode', '--no-authors', '--instance', INSTANCE]);
  return [applied, healed, left];
};

/** Does a deed with the commit that is checked out; `before` is the one before it. */
export const doDeed = async (
  stage: Stage,
  deed: DeedName,
  commits: { readonly commit: string; readonly before: string },
  faults: Partial<Faults>,
): Promise<readonly Command[]> => {
  const { commit, before } = commits;
  switch (deed) {
    case 'apply':
      return [await runCommand(stage, at(stage, commit), [...APPLY, ...PATIENCE])];
    case 'kill -9':
      return applyAndHit(stage, commit, 'SIGKILL');
    case '^C':
      return applyAndHit(stage, commit, 'SIGINT');
    case '^C ^C':
      return applyAndHit(stage, commit, 'SIGINT', 'SIGINT');
    case 'outage': {
      await stage.gateway.setFaults({ crashAfter: stage.chance.below(250) });
      return [await runCommand(stage, at(stage, commit), [...APPLY, ...PATIENCE])];
    }
    case 'two at once':
      return twoAtOnce(stage, commit, before);
    case 'drift':
      return drift(stage, commit, faults);
  }
};

/** How a command ended, in the words of the table of what is allowed. */
export const endingOf = ({ exitCode, signal }: Measurement): Ending => signal ?? exitCode;
