import { withBackground } from '../../access/changes/background.ts';
import { accountsOf, callersOf } from '../../access/changes/callers.ts';
import { diffAccess, peopleOf } from '../../access/changes/diff.ts';
import { defaultShell, exposedShell, principalShell, type RoleShell } from '../../access/documents/roles.ts';
import { sortByRisk } from '../../access/changes/risk.ts';
import { countPeople } from '../../access/changes/people.ts';
import { declaredRows } from '../../access/rows.ts';
import { scopeOf } from '../../access/scope.ts';
import type { Catalog, Principal } from '../../reconciler/model/catalog.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { compareText } from '../../reconciler/model/json.ts';
import type { AccessChange } from '../../reconciler/model/plan.ts';
import type { Reporter } from '../../reconciler/model/ports.ts';
import type { AccessHolder, AccessRow } from '../../reconciler/model/resource.ts';
import { countEffects } from '../../report/access.ts';
import type { CallerChange, DiffAnswer, InstanceDiff, Side } from '../../report/access-answers.ts';
import { loadLake } from '../lake.ts';
import { timed } from '../timing.ts';
import { loadForQuestion, type Outcome, type QuestionRequest } from './load.ts';
import { instanceOf } from './names.ts';
import { type Commit, openRepository, type Repository } from './repository.ts';
import { type LakePaths, lakePaths, loadRevision, parseRange } from './revisions.ts';

/** Who gains and loses what between two states of git? */
export interface DiffRequest extends QuestionRequest {
  /** `A..B`, `A...B` (from where they parted), or `A`: against the working tree. */
  readonly range: string;
}

/** Two catalogs to compare, each with the name of its side. */
export interface DiffQuestion {
  readonly before: { readonly side: Side; readonly catalog: Catalog };
  readonly after: { readonly side: Side; readonly catalog: Catalog };
  /** Absent: all instances of either side. */
  readonly instance?: string;
  readonly asOf: string;
}

const hasInstance = ({ lake }: Catalog, name: string): boolean => lake.instances.some((one) => one.name === name);

const rowsOf = (catalog: Catalog, instance: string, asOf: string): readonly AccessRow[] =>
  hasInstance(catalog, instance) ? declaredRows(catalog, instance, asOf).rows : [];

/** The roles that people and third parties take, without their documents: who may take them is all that is asked. */
const rolesOf = (catalog: Catalog, instance: string, asOf: string): readonly RoleShell[] => {
  if (!hasInstance(catalog, instance)) return [];
  const scope = scopeOf(catalog, instance, asOf);
  const tiers = catalog.lake.tiers.filter(({ defaultRole }) => defaultRole !== undefined);
  return [
    ...catalog.principals.map((principal) => principalShell(scope, principal)),
    ...tiers.map((tier) => defaultShell(scope, tier)),
    ...[...scope.datasets.values()].flatMap((dataset) =>
      dataset.expose.map((exposure) => exposedShell(scope, dataset, exposure)),
    ),
  ];
};

/** Tiers of both sides, from the least to the most confidential as the later side has them. */
const tiersOf = ({ before, after }: DiffQuestion): readonly string[] => {
  const names = after.catalog.lake.tiers.map(({ name }) => name);
  return [...before.catalog.lake.tiers.map(({ name }) => name).filter((name) => !names.includes(name)), ...names];
};

/** Members as the later side lists them; of who is gone, as the earlier did. */
const peopleIn = ({ before, after }: DiffQuestion): ((holder: AccessHolder) => number | undefined) => {
  const [was, is] = [peopleOf(before.catalog), peopleOf(after.catalog)];
  return (holder) => is(holder) ?? was(holder);
};

const datasetsIn = (catalog: Catalog, instance: string, asOf: string): ReadonlyMap<string, string> =>
  hasInstance(catalog, instance)
    ? new Map([...scopeOf(catalog, instance, asOf).datasets.values()].map(({ name, tier }) => [name, tier]))
    : new Map<string, string>();

/** Datasets that begin are open at once to who may read their whole tier on both sides: the rows say so once for the tier. */
const opened = (question: DiffQuestion, instance: string, before: readonly AccessRow[]): readonly AccessRow[] => {
  const { asOf } = question;
  const known = datasetsIn(question.before.catalog, instance, asOf);
  const begun = [...datasetsIn(question.after.catalog, instance, asOf)].filter(([name]) => !known.has(name));
  const standing = new Set(before.map((row) => `${row.principal} ${row.tier} ${row.dataset} ${row.level}`));
  return rowsOf(question.after.catalog, instance, asOf)
    .filter(
      (row) =>
        row.dataset === '*' &&
        row.level !== 'discover' &&
        standing.has(`${row.principal} ${row.tier} ${row.dataset} ${row.level}`),
    )
    .flatMap((row) => begun.filter(([, tier]) => tier === row.tier).map(([dataset]) => ({ ...row, dataset })));
};

const accessIn = (question: DiffQuestion, instance: string): readonly AccessChange[] => {
  const { before, after, asOf } = question;
  const was = rowsOf(before.catalog, instance, asOf);
  const options = { people: peopleIn(question), tiers: tiersOf(question), asOf };
  const changes = diffAccess(was, rowsOf(after.catalog, instance, asOf), options);
  const told = new Set(changes.map(({ principal, dataset }) => `${principal} ${dataset}`));
  const news = diffAccess([], opened(question, instance, was), options).filter(
    ({ principal, dataset }) => !told.has(`${principal} ${dataset}`),
  );
  const all = sortByRisk([...changes, ...news], options.tiers);
  return hasInstance(after.catalog, instance) ? withBackground(all, after.catalog, instance, asOf) : all;
};

/** Principals of both sides, each as the later one has it. */
const principalsOf = ({ before, after }: DiffQuestion): readonly Principal[] => {
  const { principals } = after.catalog;
  const known = new Set(principals.map(({ ref }) => ref));
  return [...principals, ...before.catalog.principals.filter(({ ref }) => !known.has(ref))];
};

const callerChange = (role: RoleShell, earlier: RoleShell | undefined, account: string): CallerChange => {
  const callers = callersOf(role.trust);
  const known = earlier === undefined ? [] : callersOf(earlier.trust);
  const gained = callers.filter((caller) => !known.includes(caller));
  return {
    principal: role.holder,
    roleName: role.roleName,
    isNew: earlier === undefined,
    gained,
    lost: known.filter((caller) => !callers.includes(caller)),
    accounts: accountsOf(gained).filter((one) => one !== account),
  };
};

/** Who may take which role from now on. Roles that go are told by what they lose. */
const callersIn = ({ before, after, asOf }: DiffQuestion, instance: string): readonly CallerChange[] => {
  const known = new Map(rolesOf(before.catalog, instance, asOf).map((role) => [role.roleName, role]));
  const account = after.catalog.lake.instances.find(({ name }) => name === instance)?.account ?? '';
  return rolesOf(after.catalog, instance, asOf)
    .map((role) => callerChange(role, known.get(role.roleName), account))
    .filter(({ gained, lost }) => gained.length + lost.length > 0)
    .sort((left, right) => compareText(left.roleName, right.roleName));
};

const instanceDiff = (question: DiffQuestion, instance: string): InstanceDiff => {
  const missing = (['before', 'after'] as const).find((side) => !hasInstance(question[side].catalog, instance));
  const access = accessIn(question, instance);
  return {
    instance,
    ...(missing === undefined ? {} : { missing }),
    access,
    people: countPeople(access, principalsOf(question), tiersOf(question)),
    callers: callersIn(question, instance),
  };
};

const instanceNames = ({ before, after, instance }: DiffQuestion): readonly string[] => {
  const names = [after, before].flatMap(({ catalog }) => catalog.lake.instances.map(({ name }) => name));
  return instance === undefined ? [...new Set(names)] : [instance];
};

/** Compares two catalogs, both judged at the same time. Pure. */
export const answerDiff = (question: DiffQuestion): DiffAnswer => {
  const instances = instanceNames(question).map((instance) => instanceDiff(question, instance));
  const counts = instances.map(({ access }) => countEffects(access));
  return {
    formatVersion: '1',
    question: 'diff',
    asOf: question.asOf,
    before: question.before.side,
    after: question.after.side,
    instances,
    gain: counts.reduce((sum, { gain }) => sum + gain, 0),
    lose: counts.reduce((sum, { lose }) => sum + lose, 0),
  };
};

/** Whether anything at all is different. */
export const hasChanges = ({ instances }: DiffAnswer): boolean =>
  instances.some(({ access, callers }) => access.length + callers.length > 0);

const sideOf = ({ revision, commit }: Commit): Side => ({ revision, commit });

type Loaded = Outcome<DiffQuestion['after']>;

const loadSide = async (
  repository: Repository,
  commit: Commit,
  paths: LakePaths,
  asOf: string,
  reporter: Reporter,
): Promise<Loaded> => {
  const loaded = await timed(
    reporter,
    'load',
    () => loadRevision(repository, commit, paths, asOf),
    `at ${commit.revision}`,
  );
  return 'diagnostics' in loaded ? loaded : { side: sideOf(commit), catalog: loaded.catalog };
};

const loadWorkTree = async (request: DiffRequest, reporter: Reporter): Promise<Loaded> => {
  const loaded = await loadForQuestion(request, reporter);
  return 'diagnostics' in loaded ? loaded : { side: {}, catalog: loaded.catalog };
};

const commitsOf = async (
  repository: Repository,
  range: string,
): Promise<{ readonly before: Commit; readonly after?: Commit }> => {
  const { before, after, isFromMergeBase } = parseRange(range);
  const left = await repository.resolve(before);
  if (after === undefined) return { before: left };
  const right = await repository.resolve(after);
  return { before: isFromMergeBase ? await repository.mergeBase(left, right) : left, after: right };
};

const unknownInstance = ({ before, after, instance }: DiffQuestion): readonly Diagnostic[] => {
  if (instance === undefined || hasInstance(before.catalog, instance)) return [];
  const found = instanceOf(after.catalog, instance);
  return 'problem' in found ? [found.problem] : [];
};

/** `edl access diff`: loads both sides and compares them. Reads git, touches neither work tree nor index. Throws EdlError for what git refuses. */
export const diffRevisions = async (request: DiffRequest, reporter: Reporter): Promise<Outcome<DiffAnswer>> => {
  const paths = await lakePaths(request);
  // The loader says what to do where there is no lake at all.
  if (paths === undefined) return { diagnostics: (await loadLake(request, reporter)).diagnostics };
  const repository = await openRepository(paths.root);
  const { before, after } = await commitsOf(repository, request.range);
  const earlier = await loadSide(repository, before, paths, request.asOf, reporter);
  if ('diagnostics' in earlier) return earlier;
  const later =
    after === undefined
      ? await loadWorkTree(request, reporter)
      : await loadSide(repository, after, paths, request.asOf, reporter);
  if ('diagnostics' in later) return later;
  const question = {
    before: earlier,
    after: later,
    asOf: request.asOf,
    ...(request.instance === undefined ? {} : { instance: request.instance }),
  };
  const diagnostics = unknownInstance(question);
  return diagnostics.length > 0 ? { diagnostics } : answerDiff(question);
};
