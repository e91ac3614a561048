import type { Moment } from '../../support/killing-proxy.ts';
import type { Commit } from './lake.ts';

/** A point at which `edl apply` is killed: a request, and whether AWS still gets it. */
export interface Point extends Moment {
  /** What had been done by then. */
  readonly name: string;
  /** What the killed run applies. */
  readonly commit: Commit;
  /** What each step of a stack takes before it; nothing unless told. */
  readonly stepMs?: number;
  /** What each step of a stack takes from then on, so that one is still in progress when the next apply begins. */
  readonly busyMs?: number;
  /** Whether it is one of the few, each of its own sort, that every run of the tests tries. */
  readonly isUsual?: true;
}

type Where = Pick<Point, 'about' | 'nth' | 'stepMs' | 'busyMs' | 'isUsual'>;

const at =
  (commit: Commit) =>
  (name: string, when: Point['when'], call: string, where: Where = {}): Point => ({
    name,
    commit,
    when,
    call,
    ...where,
  });

const [first, wide, second] = [at('first'), at('wide'), at('second')];

const USUAL = { isUsual: true } as const;

const LEASE = /edl\/lease\.json/;
const JOURNAL = /edl\/journal\//;
const ARTIFACT = /edl\/artifacts\//;
const DATASETS = /edl\/datasets\.json/;
const JOBS = /edl\/jobs\.json/;
const PUT = 's3:PutObject';
const MAKE = 'cloudformation:CreateChangeSet';
const EXECUTE = 'cloudformation:ExecuteChangeSet';
const PROTECT = 'cloudformation:UpdateTerminationProtection';
const of = (stack: string): RegExp => new RegExp(`StackName=edl-dev01-${stack}&`);

/** The very first apply, from an empty account on: the bootstrap stack, which has no bucket for a lease or a journal yet. */
const FIRST: readonly Point[] = [
  first('nothing was done', 'before', MAKE, { about: of('bootstrap') }),
  first('the bootstrap stack was reviewed', 'after', MAKE, { about: of('bootstrap'), ...USUAL }),
  first('the change set of the bootstrap stack was ready', 'before', EXECUTE),
  first('the bootstrap stack was started', 'after', EXECUTE),
  first('the bootstrap stack was in progress', 'after', EXECUTE, { busyMs: 1_500, ...USUAL }),
  first('the bootstrap stack was not protected', 'before', PROTECT),
  first('the bucket was there, and no lease', 'before', PUT, { about: LEASE }),
  first('the first lease was taken', 'after', PUT, { about: LEASE }),
  first('the first entry was not begun', 'before', PUT, { about: JOURNAL }),
  first('the first entry was begun', 'after', PUT, { about: JOURNAL }),
  first('one stack of a wave was reviewed', 'after', MAKE, { about: of('access-team-guests') }),
  first('some stacks of a wave were started', 'before', EXECUTE, { nth: 4, ...USUAL }),
  first('all stacks of a wave were in progress', 'after', EXECUTE, { nth: 6, stepMs: 300, busyMs: 1_500 }),
  first('the stack of the buckets was not protected', 'before', PROTECT, { nth: 2 }),
  first('a wave was over', 'before', 'glue:CreateDatabase'),
  first('a database was made, and no table', 'after', 'glue:CreateDatabase'),
  first('one of three tables was made', 'after', 'glue:CreateTable', USUAL),
  first('two of three files were uploaded', 'after', PUT, { about: ARTIFACT, nth: 2 }),
  first('the datasets were registered', 'after', PUT, { about: DATASETS }),
  first('the job was not made', 'before', 'glue:CreateJob'),
  first('the job was made', 'after', 'glue:CreateJob'),
  first('the job was not registered', 'before', PUT, { about: JOBS }),
  first('the job was registered', 'after', PUT, { about: JOBS }),
];

/** Through a template that travels by the artifacts bucket. */
const WIDE: readonly Point[] = [
  wide('a template was not uploaded', 'before', PUT, { about: /edl\/templates\// }),
  wide('a template was uploaded', 'after', PUT, { about: /edl\/templates\// }),
  wide('a stack was reviewed whose template was uploaded', 'after', MAKE, { about: of('foundation-eu-west-1') }),
];

/** A later commit, which updates, adopts and prunes, up to the very last write of the run. */
const SECOND: readonly Point[] = [
  second('nothing was done', 'before', PUT, { about: LEASE }),
  second('the lease was taken', 'after', PUT, { about: LEASE, ...USUAL }),
  second('the entry was not begun', 'before', PUT, { about: JOURNAL }),
  second('the entry was begun', 'after', PUT, { about: JOURNAL }),
  second('a later put of the entry was under way', 'before', PUT, { about: JOURNAL, nth: 2, stepMs: 500 }),
  second('a later put of the entry was done', 'after', PUT, { about: JOURNAL, nth: 2, stepMs: 500 }),
  second('one of four tables was changed', 'after', 'glue:CreateTable'),
  second('a table was not updated', 'before', 'glue:UpdateTable'),
  second('a table was updated', 'after', 'glue:UpdateTable'),
  second('the change set of an update was ready', 'after', MAKE, { about: of('access-team-analysts') }),
  second('an update was in progress', 'after', EXECUTE, { busyMs: 5_000 }),
  second('the change set of an adoption was ready', 'after', MAKE, { about: of('access-team-reporters') }),
  second('an object was adopted as it was', 'before', MAKE, { about: of('access-team-reporters'), nth: 2, ...USUAL }),
  second('the update of what was adopted was ready', 'after', MAKE, { about: of('access-team-reporters'), nth: 2 }),
  second('a table was not pruned', 'before', 'glue:DeleteTable'),
  second('a table was pruned', 'after', 'glue:DeleteTable'),
  second('the new code was uploaded', 'after', PUT, { about: ARTIFACT }),
  second('the datasets were registered', 'after', PUT, { about: DATASETS }),
  second('the job was not updated', 'before', 'glue:UpdateJob'),
  second('the job was updated', 'after', 'glue:UpdateJob'),
  second('a stack was not pruned', 'before', 'cloudformation:DeleteStack', USUAL),
  second('a stack was pruned', 'after', 'cloudformation:DeleteStack'),
  second('the deletion of a stack was in progress', 'after', 'cloudformation:DeleteStack', { busyMs: 5_000 }),
  second('all was done but the end of the entry', 'before', PUT, { about: JOURNAL, nth: 2, ...USUAL }),
  second('the entry was ended', 'after', PUT, { about: JOURNAL, nth: 2 }),
  second('the lease was not given up', 'before', PUT, { about: LEASE, nth: 2 }),
  second('the lease was given up', 'after', PUT, { about: LEASE, nth: 2 }),
];

/** Every point, by what was applied. */
export const EVERY_POINT: readonly Point[] = [...FIRST, ...WIDE, ...SECOND];
