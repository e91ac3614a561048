import { Command, CommanderError } from 'commander';
import { EXIT } from './exit.ts';
import { signalExitCode } from './signals.ts';
import { addCommands } from './commands.ts';
import { formatOf, reportFailure } from './failure.ts';
import { ignoreClosedPipes } from './print.ts';

const EPILOGUE = `
Exit codes:
  0  done, or nothing to do
  1  failed
  2  there are changes (only with --detailed-exitcode)
  3  refused by a guard or for the wrong account, or the answer is no
  4  the saved plan is stale
  130, 143  stopped by a signal

AWS settings come from the standard environment: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, …
Start here: edl init my-lake, or see it all happen on a local AWS: edl demo`;

/** The command tree. Each command loads its own code when it runs, so `--help` stays instant. */
export const buildProgram = (): Command => {
  const program = new Command('edl')
    .description('An enterprise data lake on AWS, kept in git: plan, apply and prove datasets, pipelines and access.')
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false })
    .addHelpText('after', EPILOGUE)
    .exitOverride();
  addCommands(program);
  program.showHelpAfterError('(edl --help lists the commands)');
  for (const command of program.commands) command.showHelpAfterError(`(edl ${command.name()} --help lists the flags)`);
  return program;
};

/** `edl --version` is what people try first. */
const withVersionFlag = ([node = '', script = '', first, ...rest]: readonly string[]): readonly string[] =>
  first === '--version' || first === '-V'
    ? [node, script, 'version', ...rest]
    : [node, script, ...(first === undefined ? [] : [first]), ...rest];

/** Runs one command line and sets the exit code; never throws. */
export const main = async (argv: readonly string[]): Promise<void> => {
  ignoreClosedPipes();
  try {
    await buildProgram().parseAsync([...withVersionFlag(argv)]);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.failed;
      return;
    }
    process.exitCode = signalExitCode() ?? EXIT.failed;
    await reportFailure(error, { isDebug: argv.includes('--debug'), format: formatOf(argv) });
  }
};
