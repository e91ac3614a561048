import { setImmediate } from 'node:timers/promises';
import { ANYBODY } from '../access/proof/anybody.ts';
import { prove } from '../access/proof/prove.ts';
import type { Mismatch } from '../access/proof/types.ts';
import type { Aws } from '../aws/create-aws.ts';
import { didYouMean, listNames } from '../catalog/nearest.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { homeRegionOf, instanceNamed } from '../reconciler/model/instance.ts';
import type { Reporter } from '../reconciler/model/ports.ts';
import type { Verification } from '../report/verification.ts';
import { checkAccount } from './check-account.ts';
import { compileLake, type CompileOutcome } from './compile.ts';
import type { LakeRequest } from './lake.ts';
import { bucketOf, type LakeProof } from './proof-input.ts';
import type { Session } from './session.ts';
import { recordSeconds, timed } from './timing.ts';
import { compiledSide, hasRoles, type Judged, liveSide, observeDeciding, type VerifySide } from './verify-live.ts';

/** Which roles to prove, and whose policies. */
export interface VerifyRequest extends LakeRequest {
  readonly instance: string;
  /** Holders as the catalog names them, with or without their kind; a name of several kinds means all of them. Empty: all. */
  readonly principals: readonly string[];
  /** Judge what AWS has, not what the catalog compiles to. */
  readonly live: boolean;
}

/** What was proven; or why nothing was: the catalog or the request is wrong (`invalid`), or the account (`refused`). */
export type VerifyOutcome =
  | { readonly status: 'verified'; readonly verification: Verification }
  | { readonly status: 'invalid' | 'refused'; readonly diagnostics: readonly Diagnostic[] };

type Compiled = Extract<CompileOutcome, { status: 'compiled' }>;

/** The holders that a name means; the kind may be left out: `oncology` for `team:oncology`. */
const meantBy = (name: string, known: readonly string[]): readonly string[] =>
  known.includes(name) ? [name] : known.filter((holder) => holder.slice(holder.indexOf(':') + 1) === name);

const unknownPrincipals = (
  { desired }: Judged,
  wanted: readonly string[],
  known: readonly string[],
): readonly Diagnostic[] =>
  wanted
    .filter((name) => meantBy(name, known).length === 0)
    .map((name) => ({
      code: 'EDL-5030',
      severity: 'error',
      summary: 'Nobody has that role',
      detail: `No role of ${desired.instance} is of "${name}"${didYouMean(name, known)} Roles are of: ${listNames(known)}.`,
      target: name,
    }));

/** A few roles at a time: between two portions the terminal is drawn and signals are heard. */
const PORTION = 8;

/**
 * What buckets keep out is asked with every portion, of buckets that are there: a policy that nobody could read, or that is not
 * applied yet, keeps nobody out and says nothing.
 */
const isMeant = ({ buckets }: LakeProof, { holder, resource }: Mismatch, isFirst: boolean): boolean =>
  holder !== ANYBODY || (isFirst && buckets.has(bucketOf(resource)));

const proveInPortions = async (
  input: LakeProof,
  reporter: Reporter,
): Promise<Pick<Verification, 'roles' | 'questions' | 'mismatches' | 'leftOut'>> => {
  const { length: total } = input.roles;
  const mismatches: Mismatch[] = [];
  let [questions, leftOut] = [0, 0];
  for (let done = 0; done === 0 || done < total; done += PORTION) {
    const roles = input.roles.slice(done, done + PORTION);
    const proof = prove({ ...input, roles });
    mismatches.push(...proof.mismatches.filter((mismatch) => isMeant(input, mismatch, done === 0)));
    questions += proof.checks;
    leftOut += proof.leftOut;
    reporter.emit({ type: 'proof-progress', done: done + roles.length, total, questions });
    await setImmediate();
  }
  return { roles: total, questions, mismatches, leftOut };
};

/** What of a side concerns some principals; what could not be read at all concerns everybody. */
const only = (side: VerifySide, principals: readonly string[]): VerifySide => {
  if (principals.length === 0) return side;
  const roles = side.input.roles.filter(({ holder }) => principals.includes(holder));
  const names = new Set(roles.map(({ roleName }) => roleName));
  return {
    input: { ...side.input, roles },
    missing: side.missing.filter(({ holder }) => principals.includes(holder)),
    undeclared: [],
    unknown: side.unknown.filter((unproven) => unproven.what === 'kind' || names.has(unproven.role)),
  };
};

const readLive = async (compiled: Compiled, aws: Aws, reporter: Reporter): Promise<VerifySide> => {
  const [live, policies] = await timed(reporter, 'observe', async () => {
    const observed = await observeDeciding(compiled, aws.reads, reporter);
    return [observed, hasRoles(observed) ? (await aws.reads.accountAuthorization()).policies : []] as const;
  });
  return liveSide(compiled, live, policies);
};

const judge = async (
  side: VerifySide,
  { desired }: Judged,
  source: Verification['source'],
  reporter: Reporter & { readonly seconds: Readonly<Record<string, number>> },
): Promise<Verification> => {
  const proof = await timed(reporter, 'proof', () => proveInPortions(side.input, reporter));
  const { missing, undeclared, unknown } = side;
  const { instance, asOf } = desired;
  return {
    instance,
    asOf,
    source,
    ...proof,
    missing,
    undeclared,
    unknown,
    stats: { seconds: { ...reporter.seconds } },
  };
};

const verifyLive = async (
  request: VerifyRequest,
  compiled: Compiled,
  session: Session,
  reporter: Parameters<typeof judge>[3],
): Promise<VerifyOutcome> => {
  const { catalog, desired } = compiled;
  const aws = session.connect(homeRegionOf(catalog.lake, instanceNamed(catalog, request.instance)), reporter);
  try {
    const refused = await checkAccount(desired, aws.reads);
    if (refused.length > 0) return { status: 'refused', diagnostics: refused };
    const side = only(await readLive(compiled, aws, reporter), request.principals);
    const verification = await judge(side, compiled, 'live', reporter);
    return {
      status: 'verified',
      verification: { ...verification, stats: { ...verification.stats, apiCalls: aws.calls() } },
    };
  } finally {
    aws.close();
  }
};

/**
 * Holds the policies of an instance's roles against its catalog, in both directions: those that the catalog compiles to,
 * without AWS, or those that are live. Reads only. Throws EdlError when AWS cannot be asked at all.
 */
export const verifyLake = async (request: VerifyRequest, session: Session): Promise<VerifyOutcome> => {
  const reporter = recordSeconds(session.reporter);
  const compiled = await compileLake(request, reporter);
  if (compiled.status === 'invalid') return compiled;
  const side = compiledSide(compiled);
  const holders = side.input.roles.map(({ holder }) => holder);
  const unknown = unknownPrincipals(compiled, request.principals, holders);
  if (unknown.length > 0) return { status: 'invalid', diagnostics: unknown };
  const principals = request.principals.flatMap((name) => meantBy(name, holders));
  if (request.live) return verifyLive({ ...request, principals }, compiled, session, reporter);
  return {
    status: 'verified',
    verification: await judge(only(side, principals), compiled, 'compiled', reporter),
  };
};
