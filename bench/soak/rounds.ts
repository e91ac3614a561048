import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Faults } from '../../sandbox/index.ts';
import type { Data } from './data.ts';
import {
  ALLOWED,
  chooseDeed,
  chooseFaults,
  doDeed,
  endingOf,
  NO_FAULTS,
  runCommand,
  type Command,
  type DeedName,
  type Stage,
} from './deeds.ts';
import { editLake, type Edited } from './edits.ts';
import { EMPTY_LAKE, type SoakLake } from './lake-model.ts';
import type { Sample } from './memory.ts';
import { line } from './table.ts';

/** One round of the past. */
export interface Round {
  readonly deed: DeedName;
  /** Of what was applied: one, or of two at once both. */
  readonly commits: readonly string[];
  readonly commands: readonly Command[];
}

/** How a soak went on until now. */
export interface Soak extends Stage {
  readonly data: Data;
  /** Where outputs of commands are kept until the end. */
  readonly outputs: string;
  readonly minutes: number;
  readonly startedMs: number;
  lake: SoakLake;
  commit: string;
  readonly rounds: Round[];
  /** Peak memory of applies that changed something, and what the gateway holds on to. */
  readonly peaks: Sample[];
  readonly heaps: Sample[];
}

/** What ends a soak before its time. */
export class SoakFailure extends Error {}

export const newSoak = (parts: Omit<Soak, 'startedMs' | 'lake' | 'rounds' | 'peaks' | 'heaps'>): Soak => ({
  ...parts,
  startedMs: performance.now(),
  lake: EMPTY_LAKE,
  rounds: [],
  peaks: [],
  heaps: [],
});

export const secondsOf = ({ startedMs }: Soak): number => (performance.now() - startedMs) / 1000;

/** Keeps what a command printed, for the one who looks for what went wrong. */
export const keepOutput = async (soak: Pick<Soak, 'outputs'>, name: string, command: Command): Promise<void> => {
  const { argv, commit, stdout, stderr } = command;
  const text = `edl ${argv.join(' ')}\ncommit ${commit}\nended with ${endingOf(command)}\n\n${stdout}\n--- stderr\n${stderr}`;
  await writeFile(join(soak.outputs, `${name}.txt`), text);
};

const wordsOf = ({ throttle = 0, drop = 0, latencyMs = 0, speed = 0 }: Partial<Faults>): string =>
  [
    ...(throttle > 0 ? [`${(100 * throttle).toFixed(0)} % thr`] : []),
    ...(drop > 0 ? [`${(100 * drop).toFixed(0)} % drop`] : []),
    ...(latencyMs > 0 ? [`${latencyMs} ms`] : []),
    ...(speed > 0 ? [`×${speed}`] : []),
  ].join(' ');

const refuseUnallowed = (deed: DeedName, commands: readonly Command[], round: number): void => {
  for (const command of commands) {
    const ending = endingOf(command);
    if (!ALLOWED[deed].includes(ending))
      throw new SoakFailure(
        `Round ${round}, ${deed}: edl ${command.argv.join(' ')} ended with ${ending}; allowed is ${ALLOWED[deed].join(', ')}.`,
      );
  }
};

/** Makes an edit the next commit; its lake must be valid. */
export const commitEdit = async (soak: Soak, { lake, message }: Edited): Promise<void> => {
  soak.lake = lake;
  soak.commit = await soak.repository.commit(lake, message);
  const place = { folder: soak.repository.folder, commit: soak.commit };
  const command = await runCommand(soak, place, ['validate']);
  if (command.exitCode === 0) return;
  await keepOutput(soak, 'validate', command);
  throw new SoakFailure(`The soak made a lake that is not valid (${message}):\n${command.stdout}`);
};

const isBuilt = ({ rounds }: Soak): boolean =>
  rounds.some(({ commands }) => commands.some(({ exitCode }) => exitCode === 0));

/** Data comes into a dataset of the sample and into one of the soak's own, as soon as there are buckets. */
const putData = async ({ data, lake, chance }: Soak): Promise<void> => {
  await data.put('site-codes', 'internal');
  const own = chance.pick(lake.datasets.filter(({ isRetired }) => !isRetired));
  if (own !== undefined) await data.put(own.name, own.tier);
};

/** Whether an apply changed something and ended: such runs need about as much memory, whatever came between. */
const hasApplied = ({ argv, exitCode, stdout }: Command): boolean =>
  argv[0] === 'apply' && exitCode === 0 && stdout.includes('Apply:');

/** One round: a commit, faults, a deed, one line. */
export const playRound = async (soak: Soak): Promise<void> => {
  const round = soak.rounds.length + 1;
  const before = soak.commit;
  // One round in five applies the last commit again.
  const edited = round > 1 && soak.chance.hits(0.2) ? undefined : editLake(soak.lake, soak.chance);
  if (edited !== undefined) await commitEdit(soak, edited);
  const deed = chooseDeed(soak.chance, isBuilt(soak));
  const faults = chooseFaults(soak.chance);
  const began = performance.now();
  await soak.gateway.takeCalls();
  await soak.gateway.setFaults(faults);
  const commands = await doDeed(soak, deed, { commit: soak.commit, before }, faults);
  await soak.gateway.setFaults(NO_FAULTS);
  const took = (performance.now() - began) / 1000;
  const calls = await soak.gateway.takeCalls();
  const memory = await soak.gateway.memory();
  soak.rounds.push({ deed, commits: [...new Set(commands.map(({ commit }) => commit))], commands });
  for (const [index, command] of commands.entries()) await keepOutput(soak, `${round}-${index + 1}`, command);
  const peak = Math.max(...commands.map(({ megabytes }) => megabytes));
  const progress = secondsOf(soak) / (soak.minutes * 60);
  for (const { megabytes } of commands.filter(hasApplied)) soak.peaks.push({ progress, value: megabytes });
  soak.heaps.push({ progress, value: memory.heap });
  const exits = commands.map(endingOf).join(' ');
  const figures = { round, seconds: secondsOf(soak), commit: soak.commit, faults: wordsOf(faults), took, calls, peak };
  console.log(line({ ...figures, deed, exits, heap: memory.heap, message: edited?.message ?? '' }));
  refuseUnallowed(deed, commands, round);
  if (round % 8 === 0 && isBuilt(soak) && commands.every(({ exitCode }) => exitCode === 0)) await putData(soak);
  else if (soak.data.count === 0 && isBuilt(soak)) await putData(soak);
};
