import { InvalidArgumentError, Option, type Command } from 'commander';
import type { LakeRequest } from '../app/lake.ts';

/** The flags that every command understands, as commander parses them. */
export interface CommonOptions {
  readonly config?: string;
  readonly catalog?: string;
  readonly asOf?: string;
  readonly format: string;
  readonly color: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

/** A time without its zone would mean another moment on another computer, so a zone is required. */
const DAY_AND_TIME = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Whether a calendar has this day: `Date` silently takes 30 February for 2 March. */
const isDay = (day: string): boolean => {
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
};

/** `2026-11-22` or a full ISO time → ISO time in UTC. Commander turns the error into a usage message. */
export const parseAsOf = (text: string): string => {
  const [, day = '', clock = 'T00:00:00Z'] = DAY_AND_TIME.exec(text) ?? [];
  const time = new Date(`${day}${clock}`);
  if (!isDay(day) || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError('Write a day (2026-11-22) or a time (2026-11-22T10:00:00Z).');
  }
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
};

/** A day stays a day (all of it is meant); a time becomes ISO 8601 in UTC. */
export const parseDayOrTime = (text: string): string => {
  const time = parseAsOf(text);
  return text.length === 10 ? text : time;
};

/** A port to listen on. Commander turns the error into a usage message. */
export const parsePort = (text: string): number => {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('Write a whole number from 1 to 65535.');
  return port;
};

const parseWhole = (text: string): number => {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count)) throw new InvalidArgumentError('Write a whole number.');
  return count;
};

/** A share of all calls: `0.3` or `30%`. Commander turns the error into a usage message. */
export const parseShare = (text: string): number => {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const share = Number(digits) / (percent === '%' ? 100 : 1);
  if (Number.isNaN(share) || share > 1)
    throw new InvalidArgumentError('Write a share from 0 to 1 (0.3) or in percent (30%).');
  return share;
};

/** How many times as fast as AWS: `1`, `0.5`, `100`; `0` for no waiting at all. Commander turns the error into a usage message. */
export const parseSpeed = (text: string): number => {
  if (!/^\d+(\.\d+)?$/.test(text))
    throw new InvalidArgumentError('Write a number: 1 for the pace of AWS, 10 for ten times that, 0 to wait nowhere.');
  return Number(text);
};

const parseCount = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 50)
    throw new InvalidArgumentError('Write a whole number from 1 to 50.');
  return count;
};

/** A number of a run, or of runs. Commander turns the error into a usage message. */
export const parseOrdinal = (text: string): number => {
  const ordinal = parseWhole(text);
  if (ordinal < 1) throw new InvalidArgumentError('Write a whole number from 1.');
  return ordinal;
};

const collect = (value: string, earlier: readonly string[] | undefined): readonly string[] => [
  ...(earlier ?? []),
  value,
];

/** Flags that say which lake, and how to print. */
export const withLake = (command: Command, formats: readonly string[]): Command =>
  command
    .option('--config <file>', 'lake.yaml; found by walking up from here when left out')
    .option('--catalog <dir>', 'folder of datasets, principals, grants and pipelines')
    .addOption(new Option('--as-of <date>', 'the time that expiry is judged at (default: now)').argParser(parseAsOf))
    .addOption(new Option('--format <format>', 'how to print the result').choices([...formats]).default('text'));

/** `--instance`. */
export const withInstance = (command: Command): Command =>
  command.requiredOption('--instance <name>', 'which lake of lake.yaml: dev01, uat, prod, …');

/** Flags that select objects; `what` is what happens to them. */
export const withSelection = (command: Command, what: string): Command =>
  command
    .option('--target <id>', `${what} only this object or stack (repeatable)`, collect)
    .option('--exclude <id>', 'leave this object or stack out (repeatable)', collect);

/** Flags of commands that make a plan. */
export const withPlanning = (command: Command): Command =>
  command
    .option('--target <id>', 'plan only this object or stack, and what it needs (repeatable)', collect)
    .option('--exclude <id>', 'leave this object or stack out (repeatable)', collect)
    .option('--allow <guard>', 'pass this guard, for local use; shown in the plan (repeatable)', collect);

/** `--parallelism`. */
export const withParallelism = (command: Command): Command =>
  command.addOption(new Option('--parallelism <n>', 'stacks at a time').argParser(parseCount).default(5));

const parseTimeout = (text: string): number => {
  const seconds = parseWhole(text);
  if (seconds > 86_400) throw new InvalidArgumentError('Write seconds, at most 86400: a day.');
  return seconds;
};

/** `--lease-timeout`, of everything that writes. */
export const withLeaseTimeout = (command: Command): Command =>
  command.addOption(
    new Option(
      '--lease-timeout <seconds>',
      'wait so long for another run to end; 0: refuse at once (default: 75, a little longer than a dead run can be in the way)',
    ).argParser(parseTimeout),
  );

/** Flags of the sandbox that make it as bad as a network, a busy AWS or a crash can be. */
export const withFaults = (command: Command): Command =>
  command
    .addOption(new Option('--latency <ms>', 'each call waits this long').argParser(parseWhole))
    .addOption(
      new Option('--throttle <rate>', 'refuse this share of the calls as too many: 0.3 or 30%').argParser(parseShare),
    )
    .addOption(
      new Option(
        '--drop <rate>',
        'end the connection of this share of the calls, before or after their work',
      ).argParser(parseShare),
    )
    .addOption(new Option('--crash-after <n>', 'end abruptly after so many calls').argParser(parseWhole))
    .addOption(
      new Option('--seed <n>', 'which calls are hit; the same number, the same calls (default: 1)').argParser(
        parseWhole,
      ),
    )
    .addOption(
      new Option('--speed <factor>', 'the pace of stacks: 1 is that of AWS, 10 ten times that, 0 waits nowhere')
        .argParser(parseSpeed)
        .default(0),
    );

/** Flags every command has. */
export const withOutput = (command: Command): Command =>
  command
    .option('--no-color', 'plain text')
    .option('--quiet', 'no progress')
    .option('--debug', 'stack traces and AWS calls on stderr');

/** The lake that the flags mean. Without `--as-of` the time is now, to the second. */
export const lakeRequest = (options: CommonOptions): LakeRequest => ({
  cwd: process.cwd(),
  asOf: options.asOf ?? new Date().toISOString().replace(/\.\d{3}Z$/, 'Z'),
  ...(options.config === undefined ? {} : { config: options.config }),
  ...(options.catalog === undefined ? {} : { catalogDir: options.catalog }),
});
