import { createAws, type Aws } from '../../src/aws/create-aws.ts';
import type { Driver } from '../../src/reconciler/model/ports.ts';
import type { DriverName } from '../../src/reconciler/model/resource.ts';
import type { Sandbox } from '../../sandbox/index.ts';
import { borrowSandbox } from '../../sandbox/test/borrow.ts';
import { recorder } from './fakes.ts';

/** The account and region of the tests. */
export const ACCOUNT = '111111111111';
export const REGION = 'eu-west-1';

/** A local AWS and a connection to it, for one test file. */
export interface TestAws {
  readonly sandbox: Sandbox;
  readonly connect: () => Aws;
  readonly driver: (name: DriverName) => Driver;
  readonly stop: () => Promise<void>;
}

/** An empty sandbox; points this process's environment at it. */
export const startTestAws = async (): Promise<TestAws> => {
  const sandbox = await borrowSandbox();
  Object.assign(process.env, sandbox.environment(ACCOUNT, REGION));
  const connections: Aws[] = [];
  const connect = (): Aws => {
    const aws = createAws({ reporter: recorder(), homeRegion: REGION });
    connections.push(aws);
    return aws;
  };
  return {
    sandbox,
    connect,
    driver: (name) => {
      const driver = connect().drivers.find((candidate) => candidate.name === name);
      if (driver === undefined) throw new Error(`There is no driver ${name}.`);
      return driver;
    },
    stop: async () => {
      for (const aws of connections) aws.close();
      await sandbox.stop();
    },
  };
};
