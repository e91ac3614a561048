import type { JsonObject } from '../../reconciler/model/json.ts';
import {
  type CompiledPolicies,
  compilePolicies,
  needsDelegation,
  policyOf,
  type PreparedRequest,
  type ResourcePolicy,
} from '../evaluate/evaluate.ts';
import { requestLookup } from '../evaluate/lookup.ts';
import { type Candidate, compileDocuments } from '../evaluate/policy-set.ts';
import { type CompiledStatement, speaksOfResource } from '../evaluate/statements.ts';
import type { PlaceIndex } from './place-index.ts';
import { type NumberedLists, startLists } from './numbered-lists.ts';
import type { ActionClasses } from './action-classes.ts';
import type { Place } from './place.ts';
import { type Asker, lookAtPrefix } from './statements-by-place.ts';
import type { ProofInput } from './types.ts';

/** Everything that judges a place beside the role's own documents. Places of one setting are judged alike. */
export interface Setting {
  /** One of them, for all of them. */
  readonly place: Place;
  /** Statements of the boundary and of the resource's policy, whatever their actions are. */
  readonly others: Pick<PreparedRequest, 'boundary' | 'resource' | 'needsDelegation'>;
}

/** What all roles with the same boundary stand on. */
export interface Surroundings {
  /** The number of a place's setting; with `isPrecise` no two listings share one. */
  readonly settingOf: (place: number, isPrecise: boolean) => number;
  readonly settings: readonly Setting[];
  /** Places that a resource's policy may open by itself. */
  readonly opened: readonly number[];
}

/** Finds which statements of a document speak of a place: one place at a time, because few are ever asked. */
const startFinding = (placeIndex: PlaceIndex, statements: readonly CompiledStatement[], asker: Asker) => {
  const byClasses = new Map<ActionClasses, readonly (readonly [CompiledStatement, number])[]>();
  const concerning = (classes: ActionClasses): readonly (readonly [CompiledStatement, number])[] => {
    const known = byClasses.get(classes);
    if (known !== undefined) return known;
    const actions = classes.flatMap(({ actions }) => actions.map((action) => action.toLowerCase()));
    const found = [...statements.entries()].flatMap(([index, statement]) =>
      actions.some((action) => placeIndex.speaks(statement, action)) ? [[statement, index] as const] : [],
    );
    byClasses.set(classes, found);
    return found;
  };
  const lists: NumberedLists = startLists(statements.length * 2);
  return {
    find: ({ classes, resource, context }: Place): number => {
      const lookup = requestLookup({ ...asker, action: '', resource, context });
      let list = 0;
      for (const [statement, index] of concerning(classes)) {
        const match = speaksOfResource(statement, resource, lookup);
        if (match !== 'no') list = lists.append(list, match === 'yes' ? index : index + statements.length);
      }
      return list;
    },
    candidates: (list: number): readonly Candidate[] =>
      lists.items(list).flatMap((item) => {
        const statement = statements[item % statements.length];
        return statement === undefined ? [] : [{ statement, match: item < statements.length ? 'yes' : 'maybe' }];
      }),
  };
};

type Finding = ReturnType<typeof startFinding>;

/** Numbers for things, the same for the same thing. */
const startNumbers = (): ((thing: object) => number) => {
  const numbers = new Map<object, number>();
  return (thing) => {
    const number = numbers.get(thing) ?? numbers.size;
    numbers.set(thing, number);
    return number;
  };
};

/** What judges places beside the role. */
interface Layers {
  readonly boundary: Finding | undefined;
  readonly resources: ReadonlyMap<ResourcePolicy, Finding>;
  readonly policyOf: (place: Place) => ResourcePolicy | undefined;
}

const othersOf = (
  { boundary, resources }: Layers,
  judge: ResourcePolicy | undefined,
  lists: readonly [number, number],
) => ({
  ...(boundary === undefined ? {} : { boundary: boundary.candidates(lists[0]) }),
  resource: judge === undefined ? [] : (resources.get(judge)?.candidates(lists[1]) ?? []),
});

/** Settings by what makes them. A listing stands for all prefixes unless a statement looks at its own. */
const startSettings = (layers: Layers) => {
  const settings: Setting[] = [];
  const numberOf = startNumbers();
  const byKey = new Map<string, number>();
  const looking = new Map<string, boolean>();
  const find = (place: Place, isPrecise: boolean): number => {
    const judge = layers.policyOf(place);
    const limits = layers.boundary?.find(place) ?? 0;
    const judged = judge === undefined ? 0 : (layers.resources.get(judge)?.find(place) ?? 0);
    const speaking = `${limits},${judge === undefined ? '' : numberOf(judge)},${judged}`;
    const others = (): Setting['others'] => othersOf(layers, judge, [limits, judged]);
    const looks = looking.get(speaking) ?? lookAtPrefix([...(others().boundary ?? []), ...others().resource]);
    looking.set(speaking, looks);
    const context = isPrecise || looks ? place.context : (place.shared ?? place.context);
    const key = `${speaking},${numberOf(context)},${numberOf(place.classes)}`;
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const delegation = judge !== undefined && needsDelegation(place.resource) ? { needsDelegation: true } : {};
    const made = settings.push({ place, others: { ...others(), ...delegation } }) - 1;
    byKey.set(key, made);
    return made;
  };
  return { settings, find };
};

const hasAllow = (statements: readonly CompiledStatement[]): boolean =>
  statements.some(({ effect }) => effect === 'Allow');

const compiledResources = new WeakMap<ProofInput['resources'], CompiledPolicies>();

/** The policies of buckets and keys, compiled once for all place indexes. */
const compileResources = (resources: ProofInput['resources']): CompiledPolicies => {
  const compiled = compiledResources.get(resources) ?? compilePolicies({ identity: [], resources });
  compiledResources.set(resources, compiled);
  return compiled;
};

/** Which of them judges which place. */
const judgesOf = (placeIndex: PlaceIndex, resources: ProofInput['resources']) => {
  const compiled = compileResources(resources);
  return {
    resources: compiled.resources,
    ofPlace: placeIndex.places.map(({ resource }) => policyOf(compiled, resource)),
  };
};

const makeSurroundings = (
  placeIndex: PlaceIndex,
  boundary: readonly CompiledStatement[] | undefined,
  { resources, ofPlace }: ReturnType<typeof judgesOf>,
  asker: Asker,
): Surroundings => {
  const opening = new Set(resources.filter(({ policies }) => hasAllow(policies.statements)));
  const numbers = new Map(placeIndex.places.map((place, index) => [place, index]));
  const { settings, find } = startSettings({
    boundary: boundary === undefined ? undefined : startFinding(placeIndex, boundary, asker),
    resources: new Map(
      resources.map((policy) => [policy, startFinding(placeIndex, policy.policies.statements, asker)]),
    ),
    policyOf: (place) => ofPlace[numbers.get(place) ?? -1],
  });
  const known = [0, 1].map(() => new Int32Array(placeIndex.places.length));
  return {
    settings,
    settingOf: (index, isPrecise) => {
      const ofPlace = known[isPrecise ? 1 : 0];
      const found = ofPlace?.[index] ?? 0;
      const place = placeIndex.places[index];
      if (found > 0 || place === undefined) return found - 1;
      const made = find(place, isPrecise);
      if (ofPlace !== undefined) ofPlace[index] = made + 1;
      return made;
    },
    opened: ofPlace.flatMap((policy, index) => (policy !== undefined && opening.has(policy) ? [index] : [])),
  };
};

const NO_BOUNDARY: JsonObject = {};

const boundaryStatements = (document: JsonObject): readonly CompiledStatement[] =>
  compileDocuments([{ name: 'the permissions boundary', document }], 'identity').statements;

/** Surroundings by boundary, each made once: only policy variables in a resource depend on who asks. */
export const startSurroundings = (
  placeIndex: PlaceIndex,
  resources: ProofInput['resources'],
): ((boundary: JsonObject | undefined, asker: Asker) => Surroundings) => {
  const known = new WeakMap<JsonObject, Map<string, Surroundings>>();
  const judges = judgesOf(placeIndex, resources);
  const ofResources = judges.resources.flatMap(({ policies }) => policies.statements);
  return (boundary, asker) => {
    const byAsker = known.get(boundary ?? NO_BOUNDARY) ?? new Map<string, Surroundings>();
    known.set(boundary ?? NO_BOUNDARY, byAsker);
    const shared = byAsker.get('') ?? byAsker.get(asker.principalArn);
    if (shared !== undefined) return shared;
    const statements = boundary === undefined ? undefined : boundaryStatements(boundary);
    const isPersonal = [...(statements ?? []), ...ofResources].some((statement) => statement.hasVariables);
    const surroundings = makeSurroundings(placeIndex, statements, judges, asker);
    byAsker.set(isPersonal ? asker.principalArn : '', surroundings);
    return surroundings;
  };
};
