import { differences, leftovers, takeInventory } from './inventory.ts';
import { NO_FAULTS, runCommand, type Command } from './deeds.ts';
import { keepOutput, type Soak } from './rounds.ts';
import { INSTANCE } from './world.ts';

/** One thing that must be so at the end. */
export interface Check {
  readonly what: string;
  /** What is wrong; none when all is well. */
  readonly problems: readonly string[];
}

const ofInstance = ['--instance', INSTANCE];

const run = async (soak: Soak, name: string, ...argv: readonly string[]): Promise<Command> => {
  const command = await runCommand(soak, { folder: soak.repository.folder, commit: soak.commit }, argv);
  await keepOutput(soak, `end-${name}`, command);
  return command;
};

const endsWell = (command: Command, expected?: string): readonly string[] => {
  if (command.exitCode !== 0) return [`exit ${command.exitCode}: ${(command.stdout + command.stderr).slice(-600)}`];
  return expected === undefined || command.stdout.includes(expected) ? [] : [`it does not say "${expected}"`];
};

interface Entry {
  readonly ordinal: number;
  readonly commit?: string;
  readonly dirty?: boolean;
  readonly outcome: string;
}

/** Each entry is of a commit that a round applied, and no entry is of an earlier round than the one before. */
const orderProblems = (soak: Soak, entries: readonly Entry[]): readonly string[] => {
  const rounds = [...soak.rounds.map(({ commits }) => commits), [soak.commit]];
  let place = 0;
  return entries.flatMap(({ ordinal, commit = 'none', dirty, outcome }) => {
    const found = rounds.findIndex((commits, index) => index >= place && commits.includes(commit));
    if (found < 0) return [`entry ${ordinal} is of commit ${commit}, which was not applied after those before it`];
    place = found;
    return [
      ...(dirty === true ? [`entry ${ordinal} says that its files were not those of the commit`] : []),
      ...(outcome === 'open' || outcome === 'unreadable' ? [`entry ${ordinal} is ${outcome}`] : []),
    ];
  });
};

/** What commands said of their entries must be so: none is gone, none has become another's. */
const toldProblems = (soak: Soak, entries: readonly Entry[]): readonly string[] => {
  const byOrdinal = new Map(entries.map((entry) => [entry.ordinal, entry]));
  return soak.rounds.flatMap(({ commands }, index) =>
    commands.flatMap(({ stderr, commit }) =>
      [...stderr.matchAll(/Journal of \S+: entry (\d+),/g)].flatMap(([, ordinal]) => {
        const entry = byOrdinal.get(Number(ordinal));
        return entry?.commit === commit
          ? []
          : [
              `round ${index + 1} wrote entry ${ordinal ?? ''} of ${commit}, and it is now of ${entry?.commit ?? 'nobody'}`,
            ];
      }),
    ),
  );
};

const historyChecks = async (soak: Soak): Promise<readonly Check[]> => {
  const verified = await run(soak, 'history-verify', 'history', '--verify', ...ofInstance);
  const listed = await run(soak, 'history', 'history', '--format', 'json', '--limit', '10000', ...ofInstance);
  const { entries } = JSON.parse(listed.stdout) as { entries: readonly Entry[] };
  const oldestFirst = entries.toReversed();
  return [
    { what: 'edl history --verify', problems: endsWell(verified) },
    {
      what: `the journal's ${entries.length} entries name the commits in order`,
      problems: [...orderProblems(soak, oldestFirst), ...toldProblems(soak, oldestFirst)],
    },
  ];
};

const leaseProblems = (command: Command): readonly string[] => {
  const { state } = JSON.parse(command.stdout) as { state: string };
  // A run that was killed after its last word left it behind, and the next one with something to do takes it at once.
  return ['none', 'released', 'killed', 'expired'].includes(state) ? [] : [`it is ${state}`];
};

/** The lake of the last commit, applied to an empty account, must be what the soak ended with. Empties the sandbox. */
const freshCheck = async (soak: Soak): Promise<Check> => {
  const found = await takeInventory(soak.clients);
  await soak.gateway.reset();
  const applied = await run(soak, 'fresh-apply', 'apply', '--yes', ...ofInstance);
  const expected = await takeInventory(soak.clients);
  const what = `the ${found.length} objects of the account are those of a fresh account with the last commit`;
  return { what, problems: [...endsWell(applied), ...differences(found, expected)] };
};

/** Everything that must be so after a soak. The last check empties the sandbox. */
export const checkEnd = async (soak: Soak): Promise<readonly Check[]> => {
  await soak.gateway.setFaults(NO_FAULTS);
  const applied = await run(soak, 'apply', 'apply', '--yes', '--lease-timeout', '90', ...ofInstance);
  const checks: Check[] = [{ what: 'one plain apply', problems: endsWell(applied) }];
  if (applied.exitCode !== 0) return checks;
  const plan = await run(soak, 'plan', 'plan', '--detailed-exitcode', ...ofInstance);
  const drift = await run(soak, 'drift', 'drift', '--detailed-exitcode', '--strict', '--no-authors', ...ofInstance);
  const verify = await run(soak, 'verify', 'verify', '--live', ...ofInstance);
  const lease = await run(soak, 'lease', 'lease', 'show', '--format', 'json', ...ofInstance);
  const missing = await soak.data.missing();
  checks.push(
    { what: 'the plan of the last commit is empty', problems: endsWell(plan, 'No changes: the lake is as declared.') },
    { what: 'there is no drift', problems: endsWell(drift) },
    { what: 'edl verify --live', problems: endsWell(verify) },
    { what: 'nobody holds the lease', problems: leaseProblems(lease) },
    { what: 'no stack and no change set is left behind', problems: await leftovers(soak.clients) },
    {
      what: `all ${soak.data.count} objects in data buckets are there`,
      problems: missing.map((key) => `${key} is gone`),
    },
    ...(await historyChecks(soak)),
    await freshCheck(soak),
  );
  return checks;
};
