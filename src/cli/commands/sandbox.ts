import type { Faults, SandboxOptions } from '../../../sandbox/index.ts';
import { openSandbox } from '../open-sandbox.ts';
import { print } from '../print.ts';

/** The flags of `edl sandbox`, as commander parses them. */
export interface SandboxFlags {
  readonly port?: number;
  readonly latency?: number;
  readonly throttle?: number;
  readonly drop?: number;
  readonly crashAfter?: number;
  readonly seed?: number;
  readonly speed: number;
}

const faultsOf = (flags: SandboxFlags): Partial<Faults> => ({
  ...(flags.latency === undefined ? {} : { latencyMs: flags.latency }),
  ...(flags.throttle === undefined ? {} : { throttle: flags.throttle }),
  ...(flags.drop === undefined ? {} : { drop: flags.drop }),
  ...(flags.crashAfter === undefined ? {} : { crashAfter: flags.crashAfter }),
  ...(flags.seed === undefined ? {} : { seed: flags.seed }),
  speed: flags.speed,
});

/** Ends as a killed process does: nothing is closed or answered. moto notices by itself. */
const crash = (): never => {
  process.stderr.write('The sandbox ends here, after as many calls as crash-after allows.\n');
  process.exit(1);
};

const optionsOf = (flags: SandboxFlags): SandboxOptions => ({
  ...(flags.port === undefined ? {} : { port: flags.port }),
  faults: faultsOf(flags),
  onCrash: crash,
});

/** What goes wrong and how slow it is, in the form in which it can be changed. */
const faultLines = (endpoint: string, faults: Faults): readonly string[] => [
  `Faults: ${JSON.stringify(faults)}`,
  'Change them, count the calls, or empty the accounts, at any time:',
  '',
  `  curl -X POST ${endpoint}/_edl/faults -d '{"throttle":0.3,"drop":0.1,"speed":10}'`,
  `  curl ${endpoint}/_edl/calls`,
  `  curl -X POST ${endpoint}/_edl/reset`,
];

/** `edl sandbox`: runs until ^C. */
export const runSandbox = async (flags: SandboxFlags): Promise<void> => {
  const sandbox = await openSandbox(optionsOf(flags));
  const environment = sandbox.environment('111111111111', 'eu-west-1');
  await print(
    [
      `A local AWS listens on ${sandbox.endpoint}. It is empty, and it forgets everything when it stops: ^C.`,
      'In another terminal (the access key id is the account):',
      '',
      ...Object.entries(environment).map(([name, value]) => `  export ${name}=${value}`),
      '',
      '  edl plan --instance dev01',
      '',
      ...faultLines(sandbox.endpoint, sandbox.faults()),
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
