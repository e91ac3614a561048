import type { JsonObject } from '../../reconciler/model/json.ts';
import { compilePolicies, needsDelegation, policyOf, type PreparedRequest } from '../evaluate/evaluate.ts';
import { compileDocuments } from '../evaluate/policy-set.ts';
import type { CompiledStatement } from '../evaluate/statements.ts';
import type { Atlas } from './atlas.ts';
import type { Place } from './place.ts';
import { type Asker, type Spoken, speakOf } from './spoken.ts';
import type { ProofInput } from './types.ts';

/** Everything that judges a place beside the role's own documents. Places of one setting are judged alike. */
export interface Setting {
  /** One of them, for all of them. */
  readonly place: Place;
  /** Statements of the boundary and of the resource's policy, whatever their actions are. */
  readonly others: Pick<PreparedRequest, 'boundary' | 'resource' | 'needsDelegation'>;
}

/** What all roles with the same boundary stand on. */
export interface Ground {
  /** The number of a place's setting; with `isPrecise` no two listings share one. */
  readonly settingOf: (place: number, isPrecise: boolean) => number;
  readonly settings: readonly Setting[];
  /** Places that a resource's policy may open by itself. */
  readonly opened: readonly number[];
}

interface Layers {
  readonly boundary?: Spoken;
  readonly resource: Spoken;
  /** Whether a resource has a policy at all. */
  readonly isJudged: (place: number) => boolean;
}

/** Numbers for things, the same for the same thing. */
const startNumbers = (): ((thing: object) => number) => {
  const numbers = new Map<object, number>();
  return (thing) => {
    const number = numbers.get(thing) ?? numbers.size;
    numbers.set(thing, number);
    return number;
  };
};

const settingOfPlace = (place: Place, index: number, { boundary, resource, isJudged }: Layers): Setting => ({
  place,
  others: {
    ...(boundary === undefined ? {} : { boundary: boundary.candidates(boundary.ofPlace[index] ?? 0) }),
    resource: resource.candidates(resource.ofPlace[index] ?? 0),
    ...(isJudged(index) && needsDelegation(place.resource) ? { needsDelegation: true } : {}),
  },
});

const startSettings = (atlas: Atlas, layers: Layers): Omit<Ground, 'opened'> => {
  const { boundary, resource, isJudged } = layers;
  const settings: Setting[] = [];
  const numberOf = startNumbers();
  const byKey = new Map<string, number>();
  const lookAtPrefix = new Map<string, boolean>();
  const find = (index: number, isPrecise: boolean): number => {
    const place = atlas.places[index];
    if (place === undefined) return 0;
    const [limits, judges] = [boundary?.ofPlace[index] ?? 0, resource.ofPlace[index] ?? 0];
    const chains = `${limits},${judges}`;
    const looks =
      lookAtPrefix.get(chains) ?? ((boundary?.looksAtPrefix(limits) ?? false) || resource.looksAtPrefix(judges));
    lookAtPrefix.set(chains, looks);
    const context = isPrecise || looks ? place.context : (place.shared ?? place.context);
    const isKey = isJudged(index) && needsDelegation(place.resource);
    const key = `${chains},${numberOf(context)},${numberOf(place.menu)},${isKey}`;
    const known = byKey.get(key) ?? settings.push(settingOfPlace(place, index, layers)) - 1;
    byKey.set(key, known);
    return known;
  };
  const known = [0, 1].map(() => new Int32Array(atlas.places.length));
  return {
    settings,
    settingOf: (place, isPrecise) => {
      const ofPlace = known[isPrecise ? 1 : 0];
      const found = ofPlace?.[place] ?? 0;
      if (found > 0) return found - 1;
      const made = find(place, isPrecise);
      if (ofPlace !== undefined) ofPlace[place] = made + 1;
      return made;
    },
  };
};

const openedBy = ({ ofPlace, places, candidates }: Spoken): readonly number[] => {
  const opening = new Map<number, boolean>();
  return places.filter((place) => {
    const chain = ofPlace[place] ?? 0;
    const known = opening.get(chain) ?? candidates(chain).some(({ statement }) => statement.effect === 'Allow');
    opening.set(chain, known);
    return known;
  });
};

/** The policies of buckets and keys, and which of them judges which place. */
const judgesOf = (atlas: Atlas, resources: ProofInput['resources']) => {
  const compiled = compilePolicies({ identity: [], resources });
  return {
    statements: compiled.resources.flatMap(({ policies }) => policies.statements),
    owners: compiled.resources.flatMap((policy) => policy.policies.statements.map(() => policy)),
    ofPlace: atlas.places.map(({ resource }) => policyOf(compiled, resource)),
  };
};

type Judges = ReturnType<typeof judgesOf>;

const makeGround = (
  atlas: Atlas,
  boundary: readonly CompiledStatement[] | undefined,
  judges: Judges,
  asker: Asker,
): Ground => {
  const resource = speakOf(
    atlas,
    judges.statements,
    asker,
    (place, statement) => judges.ofPlace[place] === judges.owners[statement],
  );
  const layers = {
    resource,
    ...(boundary === undefined ? {} : { boundary: speakOf(atlas, boundary, asker) }),
    isJudged: (place: number) => judges.ofPlace[place] !== undefined,
  };
  return { ...startSettings(atlas, layers), opened: openedBy(resource) };
};

const NO_BOUNDARY: JsonObject = {};

const boundaryStatements = (document: JsonObject): readonly CompiledStatement[] =>
  compileDocuments([{ name: 'the permissions boundary', document }], 'identity').statements;

/** Grounds by boundary, each made once: only policy variables in a resource depend on who asks. */
export const startGrounds = (
  atlas: Atlas,
  resources: ProofInput['resources'],
): ((boundary: JsonObject | undefined, asker: Asker) => Ground) => {
  const known = new WeakMap<JsonObject, Map<string, Ground>>();
  const judges = judgesOf(atlas, resources);
  return (boundary, asker) => {
    const grounds = known.get(boundary ?? NO_BOUNDARY) ?? new Map<string, Ground>();
    known.set(boundary ?? NO_BOUNDARY, grounds);
    const shared = grounds.get('') ?? grounds.get(asker.principalArn);
    if (shared !== undefined) return shared;
    const statements = boundary === undefined ? undefined : boundaryStatements(boundary);
    const isPersonal = [...(statements ?? []), ...judges.statements].some((statement) => statement.hasVariables);
    const ground = makeGround(atlas, statements, judges, asker);
    grounds.set(isPersonal ? asker.principalArn : '', ground);
    return ground;
  };
};
