import { parseArgs } from 'node:util';
import { DEFAULT_ACCOUNT } from './protocol/identify.ts';
import { startSandbox } from './index.ts';

const write = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Runs the sandbox in the foreground until it is told to stop. */
const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { port: { type: 'string' } } });
  const sandbox = await startSandbox({ port: Number(values.port ?? '0'), log: write });
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    sandbox.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        write(String(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  write(`The sandbox listens on ${sandbox.endpoint}. Stop it with Ctrl-C.`);
  for (const [name, value] of Object.entries(sandbox.environment(DEFAULT_ACCOUNT, 'eu-west-1')))
    write(`export ${name}=${value}`);
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
