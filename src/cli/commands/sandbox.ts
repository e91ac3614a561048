import { openSandbox } from '../open-sandbox.ts';
import { print } from '../print.ts';

/** `edl sandbox`: runs until ^C. */
export const runSandbox = async (options: { readonly port?: number }): Promise<void> => {
  const sandbox = await openSandbox(options.port);
  const environment = sandbox.environment('111111111111', 'eu-west-1');
  await print(
    [
      `A local AWS listens on ${sandbox.endpoint}. It is empty, and it forgets everything when it stops: ^C.`,
      'In another terminal (the access key id is the account):',
      '',
      ...Object.entries(environment).map(([name, value]) => `  export ${name}=${value}`),
      '',
      '  edl plan --instance dev01',
    ].join('\n'),
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        resolve();
      });
  });
  await sandbox.stop();
};
