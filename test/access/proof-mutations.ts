import type { NamedDocument } from '../../src/access/evaluate/types.ts';
import type { HeldRole } from '../../src/access/held/access-of.ts';
import {
  canonicalJson,
  isJsonArray,
  type Json,
  type JsonObject,
  objectOf,
  textOf,
} from '../../src/reconciler/model/json.ts';

/** One mistake in one statement: what it was, and what it is now (absent: dropped). */
export interface StatementMutation {
  readonly name: string;
  readonly before: JsonObject;
  readonly after?: JsonObject;
}

export const textsOf = (value: Json | undefined): readonly string[] =>
  isJsonArray(value) ? value.filter((item) => typeof item === 'string') : typeof value === 'string' ? [value] : [];

export const statementsOf = (document: JsonObject): readonly JsonObject[] => {
  const statements = document['Statement'];
  return isJsonArray(statements) ? statements.map(objectOf) : [objectOf(statements)];
};

const withStatements = (document: JsonObject, statements: readonly JsonObject[]): JsonObject => ({
  ...document,
  Statement: statements,
});

/** A document with one statement changed or dropped. */
export const mutateDocument = (document: JsonObject, { before, after }: StatementMutation): JsonObject =>
  withStatements(
    document,
    statementsOf(document).flatMap((statement) =>
      statement === before ? (after === undefined ? [] : [after]) : [statement],
    ),
  );

/** A role with one statement changed or dropped. */
export const mutateRole = (role: HeldRole, mutation: StatementMutation): HeldRole => ({
  ...role,
  documents: role.documents.map((one): NamedDocument =>
    statementsOf(one.document).includes(mutation.before)
      ? { ...one, document: mutateDocument(one.document, mutation) }
      : one,
  ),
});

const REGION = /(eu-west-1|us-east-1)/;

/** Patterns that mean more than one did. */
const widened = (resource: string): readonly string[] =>
  [
    // `x/data/*` becomes `x/data*`, `x/*`, `x*`; `edl_dev01_internal/a__*` becomes `…/a_*`, `…/*`.
    // (No resource of KMS but a key begins with `key`.)
    resource.replace(/(?<!:key)\/\*$/, '*'),
    resource.replace(/\/[^/*]+\/\*$/, '/*'),
    resource.replace(/([^/])\/[^/*]+\/\*$/, '$1*'),
    resource.replace(/__\*$/, '_*'),
    resource.replace(/[^/]+__\*$/, '*'),
    // Another region's, another tier's, another instance's.
    resource.replace(REGION, '*'),
    resource.replace(/^(arn:aws:s3:::[a-z0-9-]+?-datalake-)(drop-)?(dev01|prod)-[a-z]+-/, '$1$2$3-*-'),
    resource.replace(/^(arn:aws:s3:::[a-z0-9-]+?-datalake-)(drop-)?(dev01|prod)-/, '$1$2*-'),
    resource.replace(/(database|table)\/edl_[a-z0-9]+_[a-z]+/, '$1/*'),
    resource.replace(/workgroup\/.*$/, 'workgroup/*'),
    '*',
  ].filter((one, index, all) => one !== resource && all.indexOf(one) === index);

const DAY = 86_400_000;

const moved = (time: string, days: number): string =>
  new Date(Date.parse(time) + days * DAY).toISOString().replace('.000Z', 'Z');

const withoutKey = (object: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

/** A statement without one condition, and without the element if that was the last. */
const withoutCondition = (statement: JsonObject, operator: string, key: string): JsonObject => {
  const condition = objectOf(statement['Condition']);
  const rest = withoutKey(objectOf(condition[operator]), key);
  const left = Object.keys(rest).length === 0 ? withoutKey(condition, operator) : { ...condition, [operator]: rest };
  return Object.keys(left).length === 0 ? withoutKey(statement, 'Condition') : { ...statement, Condition: left };
};

const conditionMutations = (statement: JsonObject): readonly StatementMutation[] =>
  Object.entries(objectOf(statement['Condition'])).flatMap(([operator, keys]) =>
    Object.entries(objectOf(keys)).flatMap(([key, value]): readonly StatementMutation[] => [
      { name: `without ${key}`, before: statement, after: withoutCondition(statement, operator, key) },
      ...(key === 'aws:CurrentTime' && typeof value === 'string'
        ? [1, -1].map((days) => ({
            name: `${days} day`,
            before: statement,
            after: {
              ...statement,
              Condition: { ...objectOf(statement['Condition']), [operator]: { [key]: moved(value, days) } },
            },
          }))
        : []),
    ]),
  );

/** Another action of the same service, which nobody may ever do. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  s3: 's3:DeleteObjectVersion',
  glue: 'glue:DeleteTable',
  kms: 'kms:ScheduleKeyDeletion',
  athena: 'athena:UpdateWorkGroup',
  logs: 'logs:DeleteLogGroup',
  cloudwatch: 'cloudwatch:DeleteAlarms',
};

/** The first and the last. */
const ends = (texts: readonly string[]): readonly string[] => [...new Set([...texts.slice(0, 1), ...texts.slice(-1)])];

const actionMutations = (statement: JsonObject): readonly StatementMutation[] => {
  const actions = textsOf(statement['Action']);
  // Of up to eighteen that are compiled all alike, two.
  const chosen = ends(actions);
  return chosen.map((action) => ({
    name: `${action} is another`,
    before: statement,
    after: {
      ...statement,
      Action: actions.map((one) => (one === action ? (FORBIDDEN[action.split(':')[0] ?? ''] ?? 'iam:PassRole') : one)),
    },
  }));
};

const resourceMutations = (statement: JsonObject): readonly StatementMutation[] => {
  const resources = textsOf(statement['Resource']);
  return ends(resources).flatMap((resource) => [
    ...widened(resource).map((wide) => ({
      name: `${resource} is ${wide}`,
      before: statement,
      after: { ...statement, Resource: resources.map((one) => (one === resource ? wide : one)) },
    })),
    ...(resources.length < 2
      ? []
      : [
          {
            name: `not on ${resource}`,
            before: statement,
            after: { ...statement, Resource: resources.filter((one) => one !== resource) },
          },
        ]),
  ]);
};

/** Everything that may go wrong in one statement of a role; a deny is dropped and changed, and wider it takes more away. */
export const mutationsOf = (statement: JsonObject): readonly StatementMutation[] => [
  { name: 'dropped', before: statement },
  ...actionMutations(statement),
  ...(statement['Effect'] === 'Deny' ? [] : [...resourceMutations(statement), ...conditionMutations(statement)]),
];

const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

/** Whether every request that meets `strong` meets `weak`: for the conditions that the lake's documents have. */
const isWeaker = (weak: JsonObject, strong: JsonObject): boolean =>
  Object.entries(weak).every(([operator, keys]) =>
    Object.entries(objectOf(keys)).every(([key, value]) => {
      const other = objectOf(strong[operator])[key];
      if (other === undefined) return false;
      if (operator === 'DateLessThan') return textOf(value) >= textOf(other);
      return textsOf(other).every((text) => textsOf(value).some((pattern) => glob(pattern).test(text)));
    }),
  );

const conditionOf = (statement: JsonObject): JsonObject => objectOf(statement['Condition']);

/** A statement in its smallest pieces: one action on one resource, one prefix. */
const pieces = (statement: JsonObject): readonly JsonObject[] =>
  textsOf(statement['Action']).flatMap((action) =>
    textsOf(statement['Resource']).flatMap((resource) => {
      const condition = conditionOf(statement);
      const prefixes = textsOf(objectOf(condition['StringLike'])['s3:prefix']);
      const conditions =
        prefixes.length === 0
          ? [condition]
          : prefixes.map((prefix) => ({ ...condition, StringLike: { 's3:prefix': prefix } }));
      return conditions.map((one) => ({ Effect: 'Allow', Action: action, Resource: resource, Condition: one }));
    }),
  );

/** Whether statements allow all that another one allows: by its text, without asking the evaluator or the proof. */
export const allow = (statements: readonly JsonObject[], wanted: JsonObject): boolean =>
  pieces(wanted).every((piece) =>
    statements
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(pieces)
      .some(
        (given) =>
          given['Action'] === piece['Action'] &&
          glob(textOf(given['Resource'])).test(textOf(piece['Resource'])) &&
          isWeaker(conditionOf(given), conditionOf(piece)),
      ),
  );

export const sameDocuments = (left: HeldRole, right: HeldRole): boolean =>
  canonicalJson(left.documents.map(({ document }) => document)) ===
  canonicalJson(right.documents.map(({ document }) => document));
