import { implies, type RowLevel } from '../../access/levels.ts';
import { RISK_OF_LEVELS } from '../../access/changes/risk.ts';
import { counts } from '../../access/rules/matches.ts';
import { scopeOf } from '../../access/scope.ts';
import { accessSources } from '../../access/sources.ts';
import { uniteRows } from '../../access/unite.ts';
import type { Catalog } from '../../reconciler/model/catalog.ts';
import { instanceNamed } from '../../reconciler/model/instance.ts';
import { compareText } from '../../reconciler/model/json.ts';
import type { Reporter } from '../../reconciler/model/ports.ts';
import type { AccessRow } from '../../reconciler/model/resource.ts';
import type { WhoAnswer, WhoLine } from '../../report/access-answers.ts';
import { askedDataset, membersOf } from './asked.ts';
import { becauseOf, isAbout } from './because.ts';
import { defaultRoles, isUntaken } from './callers.ts';
import { loadForQuestion, type Outcome, type QuestionRequest } from './load.ts';
import { instanceOf, levelOf, type Named } from './names.ts';
import { instanceOfPlace, type Placed, placeOf } from './place.ts';

/** Who may do what on a dataset? */
export interface WhoRequest extends QuestionRequest {
  /** A name, or a place: `s3://…`, `database.table`. */
  readonly dataset: string;
  /** Only who holds at least this. */
  readonly level?: string;
}

const risk = (level: RowLevel): number => RISK_OF_LEVELS.indexOf(level);

/** A holder's lines stay together, at the place of the most powerful one. */
const sortLines = (lines: readonly WhoLine[]): readonly WhoLine[] => {
  const best = new Map<string, number>();
  for (const { principal, level } of lines)
    best.set(principal, Math.min(best.get(principal) ?? RISK_OF_LEVELS.length, risk(level)));
  const bestOf = ({ principal }: WhoLine): number => best.get(principal) ?? 0;
  return [...lines].sort(
    (left, right) =>
      bestOf(left) - bestOf(right) ||
      compareText(left.principal, right.principal) ||
      risk(left.level) - risk(right.level),
  );
};

/** As rules count it, writing by a pipeline is writing. */
const isAtLeast = (held: RowLevel, asked: RowLevel): boolean =>
  asked === 'run-write' ? implies(held, asked) : counts(held, asked);

const isMetadataOnly = ({ level, because }: WhoLine): boolean =>
  level === 'discover' && because.every(({ by }) => by === 'open-metadata');

const linesOn = (catalog: Catalog, { dataset }: Placed, instance: string, asOf: string): readonly WhoLine[] => {
  const sources = accessSources(catalog, instance, asOf).sources.filter((source) => isAbout(source, dataset));
  const rows = sources.map(({ principal, level, until }): AccessRow => ({
    principal,
    dataset: dataset.name,
    tier: dataset.tier,
    level,
    ...(until === undefined ? {} : { until }),
  }));
  const scope = scopeOf(catalog, instance, asOf);
  return uniteRows(rows).map(({ principal, level, until }) => ({
    principal,
    level,
    ...(until === undefined ? {} : { until }),
    members: membersOf(catalog, principal),
    ...(isUntaken(scope, principal) ? { untaken: true } : {}),
    because: becauseOf(
      sources.filter((source) => source.principal === principal),
      level,
      until,
    ),
  }));
};

/** Everything that a `who` question is judged from. */
export interface WhoQuestion {
  readonly catalog: Catalog;
  readonly instance: string;
  readonly placed: Placed;
  readonly level?: RowLevel;
  readonly asOf: string;
}

/** Answers who may do what on a dataset, by what is declared. Pure. The instance must be in the catalog. */
export const answerWho = ({ catalog, instance: name, placed, level, asOf }: WhoQuestion): WhoAnswer => {
  const dataset = askedDataset(catalog, placed.dataset, instanceNamed(catalog, name), asOf);
  const all = dataset.state === 'absent' ? [] : linesOn(catalog, placed, name, asOf);
  const wanted = level === undefined ? all : all.filter((line) => isAtLeast(line.level, level));
  const access = sortLines(level === 'discover' ? wanted : wanted.filter((line) => !isMetadataOnly(line)));
  const everyone = defaultRoles(catalog, name, asOf).find(({ principal }) =>
    access.some((line) => line.principal === principal),
  );
  const holders = new Set(access.map(({ principal }) => principal));
  const metadataOnly = new Set(
    (level === undefined ? all : [])
      .filter((line) => isMetadataOnly(line) && !holders.has(line.principal))
      .map(({ principal }) => principal),
  );
  return {
    formatVersion: '1',
    question: 'who',
    instance: name,
    asOf,
    dataset,
    ...(level === undefined ? {} : { level }),
    access,
    ...(everyone === undefined ? {} : { defaultRole: everyone }),
    metadataOnly: [...metadataOnly].sort(compareText),
    principals: holders.size,
    people: new Set(access.flatMap(({ members }) => members)).size,
  };
};

const understand = (catalog: Catalog, request: WhoRequest): Named<WhoQuestion> => {
  const placed = placeOf(catalog, request.dataset);
  if ('problem' in placed) return placed;
  const instance = instanceOfPlace(request.dataset, placed.found, request.instance);
  if ('problem' in instance) return instance;
  const found = instanceOf(catalog, instance.found);
  if ('problem' in found) return found;
  const level = request.level === undefined ? undefined : levelOf(request.level);
  if (level !== undefined && 'problem' in level) return level;
  const question = { catalog, instance: found.found.name, placed: placed.found, asOf: request.asOf };
  return { found: level === undefined ? question : { ...question, level: level.found } };
};

/** `edl access who`: loads the lake and answers, or says what is wrong with the files or with the question. */
export const whoMay = async (request: WhoRequest, reporter: Reporter): Promise<Outcome<WhoAnswer>> => {
  const loaded = await loadForQuestion(request, reporter);
  if ('diagnostics' in loaded) return loaded;
  const question = understand(loaded.catalog, request);
  return 'problem' in question ? { diagnostics: [question.problem] } : answerWho(question.found);
};
