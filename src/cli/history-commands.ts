import { Option, type Command } from 'commander';
import type { runHistory as RunHistory, runHistoryShow as RunHistoryShow } from './commands/history.ts';
import { parseOrdinal, withLake, withOutput } from './options.ts';

const NEWEST = 20;

const withJournal = (command: Command): Command =>
  withOutput(
    withLake(command, ['text', 'json']).option(
      '--instance <name>',
      'which lake of lake.yaml; may be left out where there is only one',
    ),
  );

/** `edl history`: what was applied, when and by whom. */
export const addHistoryCommands = (program: Command): void => {
  const history = program
    .command('history')
    .description('what was applied, when, by whom and from which commit')
    .addHelpText(
      'after',
      '\nedl history alone is edl history list: --instance, --limit, --verify and --expect are flags of that',
    );
  withJournal(history.command('list', { isDefault: true }))
    .addOption(new Option('--limit <n>', 'how many, the newest first').argParser(parseOrdinal).default(NEWEST))
    .option('--verify', 'read every entry and prove that none was edited or removed; exit 1 when one was')
    .option('--expect <digest>', 'prove also that the entry with this digest is there, as apply printed it')
    .description('the newest runs (this is what edl history alone does); reads only')
    .action(async (...input: Parameters<typeof RunHistory>) => {
      const { runHistory } = await import('./commands/history.ts');
      await runHistory(...input);
    });
  withJournal(history.command('show'))
    .argument('<number>', 'the run, as edl history lists it', parseOrdinal)
    .option('--verbose', 'name each object, beneath its stack')
    .description('one run: its steps, who gained and lost what, and who allowed it; reads only')
    .action(async (...input: Parameters<typeof RunHistoryShow>) => {
      const { runHistoryShow } = await import('./commands/history.ts');
      await runHistoryShow(...input);
    });
  for (const command of history.commands)
    command.showHelpAfterError(`(edl history ${command.name()} --help lists the flags)`);
};
