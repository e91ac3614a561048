import {
  CreateChangeSetCommand,
  DeleteStackCommand,
  GetTemplateCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { conditionOf } from '../../src/aws/cloudformation/stack-status.ts';
import { applyLake, type ApplyOutcome } from '../../src/app/apply.ts';
import { examine } from '../../src/app/doctor/doctor.ts';
import { openSession } from '../../src/app/session.ts';
import { addTeam, writeSmallLake } from '../support/small-lake.ts';
import { startStage, type Place, type Stage } from '../support/stage.ts';
import { ALL, broken, cfn, createStack, document, findStack, iam, settled, statusOf } from './stuck-support.ts';
import { roleResource } from './fakes.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const SERVICE = 'arn:aws:iam::111111111111:role/edl/dev01/edl-dev01-cloudformation';

let stage: Stage;
let dev: Place;

const roleOf = (team: string): string => `edl-dev01-team-${team}`;

const request = () => ({
  cwd: dev.lake,
  asOf: '2026-11-22T00:00:00Z',
  instance: 'dev01',
  targets: [],
  excludes: [],
  allow: [],
  parallelism: 5,
  confirm: () => Promise.resolve(true),
  cancelled: () => false,
});
const session = openSession({ emit: () => undefined });
const apply = (): Promise<ApplyOutcome> => applyLake(request(), session);

/** The template of a stack as EDL deployed it, as something that people can change by hand. */
const templateOf = async (name: string): Promise<{ Resources: Record<string, object> }> => {
  const { TemplateBody } = await cfn().send(new GetTemplateCommand({ StackName: name }));
  return JSON.parse(TemplateBody ?? '') as { Resources: Record<string, object> }; // as EDL wrote it
};

const deleteByHand = async (name: string): Promise<void> => {
  await cfn().send(new DeleteStackCommand({ StackName: name }));
  await settled(name);
};

const BROKEN = broken(roleResource('x')).Broken;

/** What EDL put into a stack, and after all of that something that fails. */
const failing = ({ Resources }: { readonly Resources: Record<string, object> }): Record<string, object> => ({
  ...Resources,
  Broken: { ...BROKEN, DependsOn: Object.keys(Resources) },
});

const createFailing = (name: string, template: { readonly Resources: Record<string, object> }, more: object = {}) =>
  createStack(name, failing(template), { RoleARN: SERVICE, ...more });

const updateByHand = async (name: string, edit: (text: string) => string, more: object = {}): Promise<string> => {
  const { Resources } = await templateOf(name);
  const Tags = (await findStack(name))?.Tags ?? [];
  const TemplateBody = edit(JSON.stringify({ Resources: failing({ Resources }) }));
  const input = { StackName: name, TemplateBody, Tags, RoleARN: SERVICE, ...more };
  await cfn().send(new UpdateStackCommand({ ...input, Capabilities: ['CAPABILITY_NAMED_IAM'] }));
  return settled(name);
};

const ofService = (team: string) => ({ RoleName: 'edl-dev01-cloudformation', PolicyName: `stop-${team}` });

/** Takes a right over a team's role from the role that CloudFormation works under; gives back what returns it. */
const deny = async (Action: string, team: string): Promise<() => Promise<unknown>> => {
  const Resource = `arn:aws:iam::111111111111:role/edl/dev01/${roleOf(team)}`;
  const PolicyDocument = document({ Effect: 'Deny', Action, Resource });
  await iam().send(new PutRolePolicyCommand({ ...ofService(team), PolicyDocument }));
  return () => iam().send(new DeleteRolePolicyCommand(ofService(team)));
};

/** Gives a team's role a policy of somebody else, which keeps the role from being deleted. */
const pin = async (team: string): Promise<void> => {
  const policy = { PolicyName: `pin-${team}`, PolicyDocument: document(ALL) };
  const { Policy } = await iam().send(new CreatePolicyCommand(policy));
  await iam().send(new AttachRolePolicyCommand({ RoleName: roleOf(team), PolicyArn: Policy?.Arn ?? '' }));
};

const roleIdOf = async (team: string): Promise<string | undefined> =>
  (await iam().send(new GetRoleCommand({ RoleName: roleOf(team) }))).Role?.RoleId;

/** Each status, by the means by which it arises in AWS; gives back what takes its cause away. */
const PRODUCERS: Readonly<Record<string, (name: string, team: string) => Promise<() => Promise<unknown>>>> = {
  REVIEW_IN_PROGRESS: async (name) => {
    await deleteByHand(name);
    const TemplateBody = JSON.stringify({ Resources: { Role: { ...BROKEN, DependsOn: [] } } });
    const input = { StackName: name, ChangeSetName: 'x', ChangeSetType: 'CREATE' as const, TemplateBody };
    await cfn().send(new CreateChangeSetCommand({ ...input, Capabilities: ['CAPABILITY_NAMED_IAM'] }));
    return () => Promise.resolve();
  },
  ROLLBACK_COMPLETE: async (name) => {
    const template = await templateOf(name);
    await deleteByHand(name);
    await createFailing(name, template);
    return () => Promise.resolve();
  },
  CREATE_FAILED: async (name) => {
    const template = await templateOf(name);
    await deleteByHand(name);
    await createFailing(name, template, { DisableRollback: true });
    return () => Promise.resolve();
  },
  ROLLBACK_FAILED: async (name, team) => {
    const template = await templateOf(name);
    await deleteByHand(name);
    const allowAgain = await deny('iam:DeleteRole', team);
    await createFailing(name, template);
    return allowAgain;
  },
  DELETE_FAILED: async (name, team) => {
    await pin(team);
    await deleteByHand(name);
    return () => Promise.resolve();
  },
  UPDATE_FAILED: async (name) => {
    await updateByHand(name, (text) => text, { DisableRollback: true });
    return () => Promise.resolve();
  },
  UPDATE_ROLLBACK_FAILED: async (name, team) => {
    const allowAgain = await deny('iam:UpdateAssumeRolePolicy', team);
    await updateByHand(name, (text) => text.replace('role/somebody', 'role/somebody-else'));
    return allowAgain;
  },
};

const STATUSES = Object.keys(PRODUCERS);
const teamOf = (status: string): string => status.toLowerCase().replaceAll('_', '-');
const stackOf = (status: string): string => `edl-dev01-access-team-${teamOf(status)}`;

describe('stacks that an earlier operation left stuck', () => {
  const causes: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    stage = await startStage();
    dev = { lake: stage.keepFolder(await writeSmallLake()), account: '111111111111' };
    for (const status of STATUSES) await addTeam(dev.lake, teamOf(status));
    await stage.apply(dev, 'dev01');
    for (const [status, produce] of Object.entries(PRODUCERS))
      causes.push(await produce(stackOf(status), teamOf(status)));
  });
  afterAll(() => stage.stop());

  it('are in those states', async () => {
    expect(await Promise.all(STATUSES.map((status) => statusOf(stackOf(status))))).toEqual(STATUSES);
  });

  it('are found by the doctor, each with the command to run', async () => {
    const outcome = await examine({ ...request(), nodeVersion: '22.12.0' }, session);
    const checks = outcome.status === 'examined' ? outcome.health.checks : [];
    for (const status of STATUSES) {
      expect(checks.find(({ name }) => name === `stack ${stackOf(status)} (eu-west-1)`)).toMatchObject({
        status: status.endsWith('_FAILED') ? 'broken' : 'warning',
        found: expect.stringContaining(status) as string,
        action: expect.stringContaining('edl apply --instance dev01') as string,
      });
    }
  });

  it('are told by the plan, with what the apply will do about each', async () => {
    const { plan } = await stage.plan(dev, 'dev01');
    const told = plan.diagnostics.filter(({ code }) => code === 'EDL-3104').map(({ target }) => target);
    expect(told.sort()).toEqual(
      STATUSES.filter((status) => status.endsWith('_FAILED'))
        .map(stackOf)
        .sort(),
    );
    const changed = new Set(plan.changes.map(({ stack }) => stack));
    expect(STATUSES.filter((status) => !changed.has(stackOf(status)))).toEqual([]);
  });

  it('are mended by apply: by the first, or by the one after where it cannot be planned before; then nothing is left', async () => {
    for (const takeAway of causes) await takeAway();
    const served = await roleIdOf('delete-failed');
    const first = await apply();
    const results = 'result' in first ? first.result.results : [];
    const outcomeOf = (status: string): string => {
      const result = results.find(({ stack }) => stack === stackOf(status));
      return result?.outcome === 'failed'
        ? result.failures.map(({ code }) => code).join()
        : (result?.outcome ?? 'none');
    };
    expect(Object.fromEntries(STATUSES.map((status) => [status, outcomeOf(status)]))).toEqual({
      REVIEW_IN_PROGRESS: 'applied',
      ROLLBACK_COMPLETE: 'applied',
      CREATE_FAILED: 'EDL-4243',
      ROLLBACK_FAILED: 'EDL-4243',
      DELETE_FAILED: 'EDL-4243',
      UPDATE_FAILED: 'applied',
      UPDATE_ROLLBACK_FAILED: 'applied',
    });
    expect(await roleIdOf('delete-failed')).toBe(served);
    const second = await apply();
    expect('result' in second ? second.result.results.map(({ outcome }) => outcome) : second).toEqual(
      expect.not.arrayContaining(['failed', 'skipped']),
    );
    expect(await roleIdOf('delete-failed')).toBe(served);
    expect((await apply()).status).toBe('nothing-to-do');
    const ended = await Promise.all(STATUSES.map((status) => statusOf(stackOf(status))));
    expect(ended.filter((status) => conditionOf(status) !== 'ready')).toEqual([]);
  });
});
