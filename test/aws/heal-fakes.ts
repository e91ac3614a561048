import { AthenaClient } from '@aws-sdk/client-athena';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GlueClient } from '@aws-sdk/client-glue';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { createHealer } from '../../src/aws/heal/healer.ts';
import type { HealResult } from '../../src/reconciler/model/drift.ts';
import { actionOfCall, HEALING_RIGHTS } from './healing-rights.ts';
import type { HealPart, HealWork } from '../../src/reconciler/model/heal.ts';
import type { Json, JsonObject } from '../../src/reconciler/model/json.ts';
import { recorder, virtualTimer } from './fakes.ts';

/** One call to AWS: `iam:PutRolePolicy` with what was sent. */
export interface HealCall {
  readonly call: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What AWS answers to a call; an error is thrown. Calls without an answer get an empty one. */
export type HealAnswers = Readonly<Record<string, object | Error>>;

interface Stack {
  add(
    middleware: (
      next: unknown,
      context: { readonly commandName?: string },
    ) => (args: { readonly input: object }) => Promise<{ response: object; output: never }>,
    options: { readonly step: 'initialize' },
  ): void;
}

const faked = <Client extends { readonly middlewareStack: unknown }>(
  service: string,
  client: Client,
  calls: HealCall[],
  answers: HealAnswers,
): Client => {
  const stack = client.middlewareStack as Stack;
  stack.add(
    (_next, context) => (args) => {
      const call = `${service}:${String(context.commandName).replace(/Command$/, '')}`;
      calls.push({ call, input: { ...args.input } });
      const answer = answers[call] ?? {};
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve({ response: {}, output: { $metadata: {}, ...answer } as never });
    },
    { step: 'initialize' },
  );
  return client;
};

/** The instance of these tests. */
export const SCOPE = { organization: 'acme', instance: 'dev01', account: '111111111111' };

/** Work on an object of a kind. */
export const workOn = (kind: string, more: Partial<HealWork>): HealWork => ({
  scope: SCOPE,
  id: `${kind}/x`,
  kind,
  type: 'AWS::Test',
  stack: 'edl-dev01-test',
  region: 'eu-west-1',
  live: {},
  wanted: {},
  parts: [],
  ...more,
});

/** A part with both of its sides. */
export const part = (path: string, live: Json | undefined, wanted: Json | undefined): HealPart => ({
  path,
  ...(live === undefined ? {} : { live }),
  ...(wanted === undefined ? {} : { wanted }),
});

/** A policy document that allows one action. */
export const policy = (action: string): JsonObject => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: [action], Resource: ['*'] }],
});

/** What healing told beforehand, did, and called. */
export interface Healed {
  readonly planned: readonly HealResult[];
  readonly results: readonly HealResult[];
  readonly calls: readonly HealCall[];
  /** The operations, without their services. */
  readonly names: readonly string[];
}

/** Heals against clients that only take notes; fails where a call needs a right that the page of rights does not name. */
export const heal = async (work: HealWork, answers: HealAnswers = {}): Promise<Healed> => {
  const calls: HealCall[] = [];
  const settings = { region: 'eu-west-1' };
  const healer = createHealer({
    clients: () => ({
      athena: () => faked('athena', new AthenaClient(settings), calls, answers),
      cloudFormation: () => faked('cloudformation', new CloudFormationClient(settings), calls, answers),
      glue: () => faked('glue', new GlueClient(settings), calls, answers),
      iam: () => faked('iam', new IAMClient(settings), calls, answers),
      kms: () => faked('kms', new KMSClient(settings), calls, answers),
      s3: () => faked('s3', new S3Client(settings), calls, answers),
    }),
    timer: virtualTimer(),
    putOnce: () => Promise.reject(new Error('Healing uploads no template here.')),
  });
  const planned = await healer.explain(work);
  if (calls.length > 0) throw new Error('Explaining called AWS.');
  const results = await healer.heal(work, recorder());
  const rights = HEALING_RIGHTS[work.kind] ?? [];
  const unnamed = calls.map(({ call }) => actionOfCall(call)).filter((action) => !rights.includes(action));
  if (unnamed.length > 0) throw new Error(`Not among the rights of ${work.kind}: ${unnamed.join(', ')}`);
  return { planned, results, calls, names: calls.map(({ call }) => call.split(':')[1] ?? '') };
};
