import { Option, type Command } from 'commander';
import { addAccessCommands } from './access-commands.ts';
import { addHistoryCommands } from './history-commands.ts';
import { addLeaseCommands } from './lease-commands.ts';
import type { runInit as RunInit } from './commands/init.ts';
import type { runValidate as RunValidate } from './commands/validate.ts';
import type { runCompile as RunCompile } from './commands/compile.ts';
import type { runPlan as RunPlan } from './commands/plan.ts';
import type { runApply as RunApply } from './commands/apply.ts';
import type { runDoctor as RunDoctor } from './commands/doctor.ts';
import type { runDrift as RunDrift } from './commands/drift.ts';
import type { runVerify as RunVerify } from './commands/verify.ts';
import type { runWhyDenied as RunWhyDenied } from './commands/why-denied.ts';
import type { runSandbox as RunSandbox } from './commands/sandbox.ts';
import type { runDemo as RunDemo } from './commands/demo.ts';
import {
  parsePort,
  withFaults,
  withInstance,
  withLake,
  withLeaseTimeout,
  withOutput,
  withParallelism,
  withPlanning,
  withSelection,
} from './options.ts';

/** All commands with their flags; the code behind each loads when it runs. */
export const addCommands = (program: Command): void => {
  addLocalCommands(program);
  addAwsCommands(program);
  addDrift(program);
  addDoctor(program);
  addLeaseCommands(program);
  addHistoryCommands(program);
  addAccessCommands(program);
  addWhyDenied(program);
  addSandboxCommands(program);
};

const addLocalCommands = (program: Command): void => {
  withOutput(program.command('init <dir>'))
    .description('start a lake: a minimal catalog that passes validate')
    .action(async (...input: Parameters<typeof RunInit>) => {
      const { runInit } = await import('./commands/init.ts');
      await runInit(...input);
    });
  withOutput(withLake(program.command('validate'), ['text', 'json', 'sarif', 'github']))
    .option('--since <revision>', 'grants past their day are errors if this git revision does not have them alike')
    .description('check every file of the catalog; no AWS')
    .action(async (...input: Parameters<typeof RunValidate>) => {
      const { runValidate } = await import('./commands/validate.ts');
      await runValidate(...input);
    });
  withOutput(withInstance(withLake(program.command('compile'), ['text', 'json'])))
    .requiredOption('--out <dir>', 'where the templates, glue.json and manifest.json go')
    .description('write the templates of an instance into a folder; no AWS')
    .action(async (...input: Parameters<typeof RunCompile>) => {
      const { runCompile } = await import('./commands/compile.ts');
      await runCompile(...input);
    });
};

const addAwsCommands = (program: Command): void => {
  withOutput(
    withPlanning(withInstance(withLake(program.command('plan'), ['text', 'json', 'markdown', 'github', 'sarif']))),
  )
    .option('--detailed-exitcode', 'exit 2 when there are changes')
    .option('--out <file>', 'save the plan; `apply FILE` then does no more than it says')
    .description('compare the catalog with live AWS and tell what apply would do, and who gains what; reads only')
    .action(async (...input: Parameters<typeof RunPlan>) => {
      const { runPlan } = await import('./commands/plan.ts');
      await runPlan(...input);
    });
  const apply = withPlanning(withLake(program.command('apply [file]'), ['text', 'json', 'markdown']));
  withOutput(withLeaseTimeout(withParallelism(apply)))
    .option('--instance <name>', 'which lake of lake.yaml; a saved plan names its own')
    .option('--yes', 'do not ask')
    .description('make live AWS what the catalog says; with FILE, at most what that plan says')
    .action(async (...input: Parameters<typeof RunApply>) => {
      const { runApply } = await import('./commands/apply.ts');
      await runApply(...input);
    });
  withOutput(withInstance(withLake(program.command('verify'), ['text', 'json'])))
    .option('--live', 'prove the policies that AWS has; without it those that the catalog compiles to, and no AWS')
    .option('--principal <ref...>', 'only the roles of these: team:oncology, pipeline:daily, … (repeatable)')
    .description('prove that roles give what the catalog grants, and nothing else; exit 3 when they do not; reads only')
    .action(async (...input: Parameters<typeof RunVerify>) => {
      const { runVerify } = await import('./commands/verify.ts');
      await runVerify(...input);
    });
};

const addDrift = (program: Command): void => {
  const command = withInstance(withLake(program.command('drift'), ['text', 'json', 'markdown', 'sarif', 'github']));
  withOutput(withLeaseTimeout(withSelection(command, 'check')))
    .addOption(
      new Option('--heal [mode]', 'undo it: what widens access, all, or as lake.yaml says').choices([
        'report',
        'tighten',
        'all',
      ]),
    )
    .option('--yes', 'do not ask')
    .option('--strict', 'exit 3 when something could not be read, or differs because git changed since the last apply')
    .option('--detailed-exitcode', 'exit 2 when there is drift')
    .option('--no-authors', 'do not ask CloudTrail who did it')
    .description(
      'what people changed in AWS past git, what that means for whom, and by whom; reads only without --heal',
    )
    .action(async (...input: Parameters<typeof RunDrift>) => {
      const { runDrift } = await import('./commands/drift.ts');
      await runDrift(...input);
    });
};

const addDoctor = (program: Command): void => {
  withOutput(withInstance(withLake(program.command('doctor'), ['text', 'json'])))
    .description('credentials, permissions, quotas, clock, stuck stacks: what is wrong and what to do; reads only')
    .action(async (...input: Parameters<typeof RunDoctor>) => {
      const { runDoctor } = await import('./commands/doctor.ts');
      await runDoctor(...input);
    });
};

const addWhyDenied = (program: Command): void => {
  withOutput(withLake(program.command('why-denied [text]'), ['text', 'json', 'markdown']))
    .option('--principal <principal>', 'who asked, where the text does not say: team:NAME, user:NAME, a person')
    .option('--on <place>', 'what was asked for, where the text does not say: a dataset, s3://…, database.table')
    .option('--instance <name>', 'which lake of lake.yaml, where the text does not say')
    .description('which link is missing behind the text of an AccessDenied error, and what to ask for; no AWS')
    .addHelpText('after', '\nWithout TEXT, or with -, the message is read from standard input.')
    .action(async (...input: Parameters<typeof RunWhyDenied>) => {
      const { runWhyDenied } = await import('./commands/why-denied.ts');
      await runWhyDenied(...input);
    });
};

const addSandboxCommands = (program: Command): void => {
  withOutput(withFaults(program.command('sandbox')))
    .addOption(new Option('--port <port>', 'listen here; a free port when left out').argParser(parsePort))
    .description('a local AWS in the foreground, for trying things out')
    .action(async (...input: Parameters<typeof RunSandbox>) => {
      const { runSandbox } = await import('./commands/sandbox.ts');
      await runSandbox(...input);
    });
  withOutput(program.command('demo'))
    .description('see a lake planned, created, changed by one line of YAML and proven, on the sandbox')
    .action(async (...input: Parameters<typeof RunDemo>) => {
      const { runDemo } = await import('./commands/demo.ts');
      await runDemo(...input);
    });
  program
    .command('version')
    .description('print the version')
    .action(async () => {
      const { runVersion } = await import('./commands/version.ts');
      await runVersion();
    });
};
