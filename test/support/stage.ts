import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/index.ts';
import { borrowSandbox } from '../../sandbox/test/borrow.ts';
import { applyLake } from '../../src/app/apply.ts';
import { planLake, type Planned, type PlanRequest } from '../../src/app/plan.ts';
import { openSession } from '../../src/app/session.ts';
import { runEdl, TODAY, type Finished } from './edl.ts';

/** Calls by `service:Operation`. */
export type Calls = Readonly<Record<string, number>>;

/** Where a command runs: a lake's folder, the account whose keys it has, and (for a proxy) another endpoint. */
export interface Place {
  readonly lake: string;
  readonly account: string;
  readonly endpoint?: string;
}

/** A sandbox for the tests of one file, the folders of their lakes, and a memory of every call that EDL made. */
export interface Stage {
  readonly sandbox: Sandbox;
  /** The real command as a process. */
  readonly edl: (place: Place, argv: readonly string[]) => Promise<Finished>;
  /** A plan in this process, where another process would prove nothing more. */
  readonly plan: (place: Place, instance: string) => Promise<Planned>;
  /** An apply in this process, to set the stage; fails unless everything is applied. */
  readonly apply: (place: Place, instance: string) => Promise<void>;
  /** What people do behind EDL's back: its calls are not counted. Not while a command runs. */
  readonly byHand: <T>(work: () => Promise<T>) => Promise<T>;
  /** The calls since this was last asked. */
  readonly takeCalls: () => Promise<Calls>;
  /** A folder that goes away with the stage. */
  readonly keepFolder: (folder: string) => string;
  /** A copy of a lake, to be edited without a way back. */
  readonly copyLake: (lake: string) => Promise<string>;
  /** Stops the sandbox and tells every call that EDL made on it. */
  readonly stop: () => Promise<Calls>;
}

const REGION = 'eu-west-1';

const sum = (left: Calls, right: Calls): Calls => {
  const total: Record<string, number> = { ...left };
  for (const [name, count] of Object.entries(right)) total[name] = (total[name] ?? 0) + count;
  return total;
};

/** The calls that are not reads. */
export const mutationsIn = (calls: Calls): readonly string[] =>
  Object.keys(calls).filter((name) => !/:(Get|List|Describe|Head|BatchGet|Lookup)/.test(name));

/** The flag `--as-of` on the commands that take it: the sample lake's dates are written for one day. */
const withTime = (argv: readonly string[]): readonly string[] =>
  ['validate', 'compile', 'plan', 'apply', 'drift'].includes(argv[0] ?? '') ? [...argv, '--as-of', TODAY] : argv;

const session = openSession({ emit: (): void => undefined });

const requestFor = (lake: string, instance: string): PlanRequest => ({
  cwd: lake,
  asOf: `${TODAY}T00:00:00Z`,
  instance,
  targets: [],
  excludes: [],
  allow: [],
});

const planIn = async (lake: string, instance: string): Promise<Planned> => {
  const outcome = await planLake(requestFor(lake, instance), session);
  if (outcome.status !== 'planned') throw new Error(`Not planned: ${JSON.stringify(outcome.diagnostics, null, 2)}`);
  outcome.aws.close();
  return outcome;
};

const applyIn = async (lake: string, instance: string): Promise<void> => {
  const outcome = await applyLake(
    {
      ...requestFor(lake, instance),
      parallelism: 5,
      confirm: () => Promise.resolve(true),
      cancelled: () => false,
    },
    session,
  );
  if (outcome.status !== 'applied') throw new Error(`Not applied: ${JSON.stringify(outcome, null, 2)}`);
};

/** A sandbox for the tests of one file: the process's own, or with options one that is started for it. */
export const startStage = async (options?: SandboxOptions): Promise<Stage> => {
  const sandbox = await (options === undefined ? borrowSandbox() : startSandbox(options));
  const folders: string[] = [];
  let earlier: Calls = {};
  let taken: Calls = {};
  const collect = async (): Promise<void> => {
    const calls = await sandbox.calls();
    sandbox.resetCalls();
    [earlier, taken] = [sum(earlier, calls), sum(taken, calls)];
  };
  const keepFolder = (folder: string): string => {
    folders.push(folder);
    return folder;
  };
  return {
    sandbox,
    keepFolder,
    edl: ({ lake, account, endpoint }, argv) =>
      runEdl(withTime(argv), {
        cwd: lake,
        environment: {
          ...sandbox.environment(account, REGION),
          ...(endpoint === undefined ? {} : { AWS_ENDPOINT_URL: endpoint }),
        },
      }),
    plan: ({ lake, account }, instance) => {
      Object.assign(process.env, sandbox.environment(account, REGION));
      return planIn(lake, instance);
    },
    apply: ({ lake, account }, instance) => {
      Object.assign(process.env, sandbox.environment(account, REGION));
      return applyIn(lake, instance);
    },
    byHand: async (work) => {
      await collect();
      try {
        return await work();
      } finally {
        sandbox.resetCalls();
      }
    },
    takeCalls: async () => {
      await collect();
      const calls = taken;
      taken = {};
      return calls;
    },
    copyLake: async (lake) => {
      const folder = keepFolder(await mkdtemp(join(tmpdir(), 'edl-lake-')));
      await cp(lake, folder, { recursive: true });
      return folder;
    },
    stop: async () => {
      await collect();
      await sandbox.stop();
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
      return earlier;
    },
  };
};

/** Replaces a text in a file of a lake; fails when it is not there, so that no test passes for a slip of the pen. */
export const editFile = async (lake: string, path: string, from: string, to: string): Promise<void> => {
  const text = await readFile(join(lake, path), 'utf8');
  if (!text.includes(from)) throw new Error(`${path} has no "${from}"`);
  await writeFile(join(lake, path), text.replace(from, to));
};

/** Appends lines to a file of a lake. */
export const appendLines = async (lake: string, path: string, ...lines: readonly string[]): Promise<void> => {
  const text = await readFile(join(lake, path), 'utf8');
  await writeFile(join(lake, path), `${text}${lines.join('\n')}\n`);
};

/** Writes a file of a lake. */
export const writeLines = (lake: string, path: string, ...lines: readonly string[]): Promise<void> =>
  writeFile(join(lake, path), `${lines.join('\n')}\n`);

/** Removes files of a lake. */
export const removeFiles = async (lake: string, ...paths: readonly string[]): Promise<void> => {
  await Promise.all(paths.map((path) => rm(join(lake, path))));
};

/** Text without line breaks and indents, so that a sentence is found wherever it was wrapped. */
export const unwrapped = (text: string): string => text.replace(/\s+/g, ' ');
