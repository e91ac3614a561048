import type { Aws } from '../../aws/create-aws.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { broken, good, type Check, type Health } from '../../reconciler/model/doctor.ts';
import { homeRegionOf, instanceNamed } from '../../reconciler/model/instance.ts';
import { compileInstance, type CompileOutcome } from '../compile.ts';
import { loadBareLake, type LakeRequest } from '../lake.ts';
import { packageVersion } from '../package-root.ts';
import type { Session } from '../session.ts';
import { checkBootstrap, checkQuotas, checkTrail } from './account.ts';
import { attempt } from './attempt.ts';
import { checkClock, checkNode } from './local.ts';
import { checkReads } from './reads.ts';
import { checkRecords } from './records.ts';
import { checkStacks } from './stacks.ts';

/** Whose health. */
export interface DoctorRequest extends LakeRequest {
  readonly instance: string;
  /** Of Node, like `20.19.1`. */
  readonly nodeVersion: string;
}

/** What was found, or why the lake's files do not even say which account to look at. */
export type DoctorOutcome =
  | { readonly status: 'examined'; readonly health: Health }
  | { readonly status: 'invalid'; readonly diagnostics: readonly Diagnostic[] };

type Compiled = Extract<CompileOutcome, { status: 'compiled' }>;

const checkAccount = (caller: string, { account, instance }: Compiled['desired']): Check =>
  caller === account
    ? good('account', account)
    : broken(
        'account',
        `the credentials are for ${caller}, but ${instance} lives in ${account}`,
        'Choose the right profile, for example with AWS_PROFILE, or the right --instance. Nothing else was looked at.',
      );

const checkAws = async ({ catalog, desired }: Compiled, aws: Aws, now: Date): Promise<readonly Check[]> => {
  const caller = await attempt(() => aws.reads.callerAccount());
  const clock = checkClock(aws.clockSkewMs());
  if (caller.status === 'failed')
    return [...clock, broken('credentials', caller.failure.message, 'Without them nothing else could be looked at.')];
  const account = checkAccount(caller.value, desired);
  const known = [good('credentials', 'AWS accepts them'), ...clock, account];
  if (account.status === 'broken') return known;
  const { reads } = aws;
  const named = instanceNamed(catalog, desired.instance).cloudFormationRole;
  const found = await Promise.all([
    checkReads(reads, desired),
    checkBootstrap(reads, desired, named),
    checkStacks(reads, desired),
    checkRecords(aws, desired),
    checkQuotas(reads, desired),
    checkTrail(aws.trail, desired.homeRegion, now).then((check) => [check]),
  ]);
  return [...known, ...found.flat()];
};

const checkLake = (whole: CompileOutcome): Check => {
  if (whole.status === 'compiled') {
    return good('lake', `every file follows the schemas of this EDL; ${whole.desired.stacks.length} stacks`);
  }
  const errors = whole.diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
  return broken('lake', `${first?.summary ?? 'not valid'}${more}`, 'edl validate tells where, and what to do.');
};

/** Looks at everything that EDL needs here and in the account. Reads only; what fails is a finding, not an exception. */
export const examine = async (request: DoctorRequest, session: Session): Promise<DoctorOutcome> => {
  const whole = await compileInstance(request, session.reporter);
  // A doctor is called when something is broken, which may be a file of the catalog: the account can be looked at all the same.
  const compiled = whole.status === 'compiled' ? whole : await compileInstance(request, session.reporter, loadBareLake);
  if (compiled.status === 'invalid') return compiled;
  const { catalog, desired } = compiled;
  const now = session.clock.now();
  const aws = session.connect(homeRegionOf(catalog.lake, instanceNamed(catalog, request.instance)), session.reporter);
  try {
    const checks = [
      checkNode(request.nodeVersion),
      good('edl', await packageVersion()),
      checkLake(whole),
      ...(await checkAws(compiled, aws, now)),
    ];
    const { instance, account, regions } = desired;
    return { status: 'examined', health: { instance, account, regions, at: now.toISOString(), checks } };
  } finally {
    aws.close();
  }
};
