import type { GrantEntry, PrincipalRef } from '../../reconciler/model/catalog.ts';

/** What YAML 1.2 would read as a number, a truth value or nothing. */
const NOT_TEXT =
  /^(null|true|false|~|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)$/i;

/** A name of the catalog (letters, digits, `-`, `:`) as YAML text, in quotes where it would be something else without. */
export const yamlName = (name: string): string => (NOT_TEXT.test(name) ? `'${name}'` : name);

const targetText = ({ target }: GrantEntry): string => {
  if ('dataset' in target) return `dataset: ${yamlName(target.dataset)}`;
  const conditions = Object.entries(target.select).map(
    ([key, value]: [string, string]) => `${key}: ${yamlName(value)}`,
  );
  return `select: { ${conditions.join(', ')} }`;
};

const flowText = (entry: GrantEntry): string =>
  `{ ${[
    targetText(entry),
    `level: ${entry.level}`,
    ...(entry.expires === undefined ? [] : [`expires: ${entry.expires}`]),
    ...(entry.instances === undefined ? [] : [`instances: [${entry.instances.map(yamlName).join(', ')}]`]),
  ].join(', ')} }`;

/** Behind a deeper column an entry does not start a line of its own, so it says nothing about indentation. */
const DEEPEST = 9;

/** A line under `access:`. `column` is where the content of its neighbours begins, from 1, so that all of them line up. */
export const entryText = (entry: GrantEntry, column = 5): string =>
  `${' '.repeat(column >= 3 && column <= DEEPEST ? column - 3 : 2)}- ${flowText(entry)}`;

/** Stands where the person who asks has to write something. Reviewers see it when nobody did. */
export const REASON_PLACEHOLDER = 'TODO say what it is needed for, with the number of the request';

/** A grant file with one entry. */
export const newFileText = (principal: PrincipalRef, entry: GrantEntry, needsReason: boolean): string =>
  `${[
    `principal: ${principal}`,
    ...(needsReason ? [`reason: ${REASON_PLACEHOLDER}`] : []),
    'access:',
    entryText(entry),
  ].join('\n')}\n`;
