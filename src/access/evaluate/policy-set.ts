import {
  type CompiledStatement,
  compileStatements,
  type DocumentRole,
  speaksOfAction,
  speaksOfResource,
} from './statements.ts';
import type { Match, NamedDocument } from './types.ts';
import type { Lookup } from './variables.ts';

/** The statements of one action, indexed by what their resources start with. */
interface ActionIndex {
  readonly exact: Map<string, CompiledStatement[]>;
  /** Patterns that are plain text and one star at the end. */
  readonly prefixes: Map<string, CompiledStatement[]>;
  /** Lengths of those prefixes that do not end in a slash. */
  readonly lengths: readonly number[];
  /** Everything else: matched one by one. */
  readonly rest: readonly CompiledStatement[];
}

/** Documents compiled together. A check looks up prefixes instead of trying each pattern. */
export interface PolicySet {
  readonly statements: readonly CompiledStatement[];
  readonly byAction: Map<string, ActionIndex>;
}

/** A statement that speaks of the action and, perhaps, of the resource. */
export interface Candidate {
  readonly statement: CompiledStatement;
  readonly match: Match;
}

/** Compiles documents for many checks. */
export const compileDocuments = (documents: readonly NamedDocument[], role: DocumentRole): PolicySet => ({
  statements: documents.flatMap((document) => compileStatements(document, role)),
  byAction: new Map(),
});

const isPlain = (text: string): boolean => !text.includes('*') && !text.includes('?');

const add = (map: Map<string, CompiledStatement[]>, key: string, statement: CompiledStatement): void => {
  const known = map.get(key);
  if (known === undefined) map.set(key, [statement]);
  else if (known[known.length - 1] !== statement) known.push(statement);
};

const isIndexable = (statement: CompiledStatement): boolean =>
  !statement.isNotResource &&
  !statement.hasVariables &&
  statement.resources.every((pattern) => isPlain(pattern.endsWith('*') ? pattern.slice(0, -1) : pattern));

const buildIndex = (statements: readonly CompiledStatement[]): ActionIndex => {
  const exact = new Map<string, CompiledStatement[]>();
  const prefixes = new Map<string, CompiledStatement[]>();
  const lengths = new Set<number>();
  for (const statement of statements.filter(isIndexable))
    for (const pattern of statement.resources) {
      if (!pattern.endsWith('*')) {
        add(exact, pattern, statement);
        continue;
      }
      const prefix = pattern.slice(0, -1);
      add(prefixes, prefix, statement);
      if (!prefix.endsWith('/')) lengths.add(prefix.length);
    }
  return { exact, prefixes, lengths: [...lengths], rest: statements.filter((statement) => !isIndexable(statement)) };
};

const indexOf = (set: PolicySet, action: string): ActionIndex => {
  const known = set.byAction.get(action);
  if (known !== undefined) return known;
  const index = buildIndex(set.statements.filter((statement) => speaksOfAction(statement, action)));
  set.byAction.set(action, index);
  return index;
};

const NONE: readonly CompiledStatement[] = [];

const indexed = (index: ActionIndex, resource: string): readonly CompiledStatement[] => {
  let hits = index.exact.get(resource) ?? NONE;
  const take = (length: number): void => {
    const found = index.prefixes.get(resource.slice(0, length));
    if (found !== undefined) hits = hits.length === 0 ? found : [...hits, ...found];
  };
  for (let slash = resource.indexOf('/'); slash >= 0; slash = resource.indexOf('/', slash + 1)) take(slash + 1);
  for (const length of index.lengths) if (length <= resource.length) take(length);
  return hits.length < 2 ? hits : [...new Set(hits)];
};

/** The statements that speak of this action and resource, each once, before their conditions are looked at. */
export const candidates = (set: PolicySet, action: string, resource: string, lookup: Lookup): readonly Candidate[] => {
  const index = indexOf(set, action.toLowerCase());
  const found: Candidate[] = indexed(index, resource).map((statement) => ({ statement, match: 'yes' }));
  for (const statement of index.rest) {
    const match = speaksOfResource(statement, resource, lookup);
    if (match !== 'no') found.push({ statement, match });
  }
  return found;
};
