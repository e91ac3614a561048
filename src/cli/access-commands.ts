import { Option, type Command } from 'commander';
import type { runAccessCan as RunAccessCan } from './commands/access-can.ts';
import type { runAccessDiff as RunAccessDiff } from './commands/access-diff.ts';
import type { runAccessWhat as RunAccessWhat } from './commands/access-what.ts';
import type { runAccessWho as RunAccessWho } from './commands/access-who.ts';
import { parseDayOrTime, withLake, withOutput } from './options.ts';

const withQuestion = (command: Command, formats: readonly string[]): Command =>
  withOutput(
    withLake(command, formats).option(
      '--instance <name>',
      'which lake of lake.yaml; may be left out where there is only one',
    ),
  );

const addWho = (access: Command): void => {
  withQuestion(access.command('who <dataset>'), ['text', 'json'])
    .option('--level <level>', 'only who holds at least this: discover, read, read-raw, write, run-write, admin')
    .option('--members', 'name the people, not only their number')
    .addOption(
      new Option('--at <date>', 'who held what on that day, from the journal in AWS').argParser(parseDayOrTime),
    )
    .description('who may do what on a dataset, until when and why; no AWS but for --at')
    .addHelpText(
      'after',
      `
DATASET is a name, a location or a table:
  edl access who clinical-trials --instance prod
  edl access who s3://acme-datalake-prod-sensitive-eu-west-1/clinical-trials/
  edl access who edl_prod_sensitive.clinical_trials__outcomes --level read
  edl access who clinical-trials --instance prod --at 2026-03-01`,
    )
    .action(async (...input: Parameters<typeof RunAccessWho>) => {
      const { runAccessWho } = await import('./commands/access-who.ts');
      await runAccessWho(...input);
    });
};

const addWhat = (access: Command): void => {
  withQuestion(access.command('what <principal>'), ['text', 'json'])
    .description('what somebody may do, and the role behind it; no AWS')
    .addHelpText(
      'after',
      `
PRINCIPAL is a team, user, service or pipeline, a default role, or a person:
  edl access what team:oncology --instance prod
  edl access what pipeline:daily-outcomes --instance prod
  edl access what everyone:internal --instance prod
  edl access what jane.doe@acme.example --instance prod --as-of 2026-03-31`,
    )
    .action(async (...input: Parameters<typeof RunAccessWhat>) => {
      const { runAccessWhat } = await import('./commands/access-what.ts');
      await runAccessWhat(...input);
    });
};

const addCan = (access: Command): void => {
  withQuestion(access.command('can <principal> <level> <dataset>'), ['text', 'json'])
    .option('--live', 'judge the policies that are in AWS now, and say when git says something else')
    .description('whether somebody may do something, why, and what to ask for; exits 0 for yes, 3 for no')
    .addHelpText(
      'after',
      `
LEVEL is discover, read, read-raw, write, admin or run-write. PRINCIPAL may be a person with one role:
  edl access can team:finance read clinical-trials --instance prod
  edl access can team:oncology read clinical-trials --instance prod --live`,
    )
    .action(async (...input: Parameters<typeof RunAccessCan>) => {
      const { runAccessCan } = await import('./commands/access-can.ts');
      await runAccessCan(...input);
    });
};

const addDiff = (access: Command): void => {
  withQuestion(access.command('diff <range>'), ['text', 'json', 'markdown'])
    .option('--detailed-exitcode', 'exit 2 when anything changes')
    .description('who gains and loses what between two git revisions; no AWS')
    .addHelpText(
      'after',
      `
RANGE is A..B, A...B (from where B parted from A), or A (against the files as they are now):
  edl access diff main...HEAD
  edl access diff v1.4..v1.5 --instance prod --format markdown
  edl access diff HEAD

All instances are compared unless --instance names one; both sides are judged at the same time (--as-of).`,
    )
    .action(async (...input: Parameters<typeof RunAccessDiff>) => {
      const { runAccessDiff } = await import('./commands/access-diff.ts');
      await runAccessDiff(...input);
    });
};

/** `edl access`: the questions that people ask about access. */
export const addAccessCommands = (program: Command): void => {
  const access = program.command('access').description('ask who may do what: access who | what | can | diff');
  for (const add of [addWho, addWhat, addCan, addDiff]) add(access);
  for (const command of access.commands)
    command.showHelpAfterError(`(edl access ${command.name()} --help lists the flags)`);
};
