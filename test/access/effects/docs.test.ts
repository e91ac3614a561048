import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Meaning } from '../../../src/access/effects/rule.ts';
import { KIND_EFFECTS } from '../../../src/access/effects/tables.ts';
import { resourceKinds } from '../../../src/resources/index.ts';

const doc = readFileSync(new URL('../../../docs/drift-effects.md', import.meta.url), 'utf8');

/** The rows of the table under a heading, cell by cell. */
const rowsUnder = (heading: string): readonly (readonly string[])[] => {
  const [, after = ''] = doc.split(`\n## ${heading}\n`);
  const [section = ''] = after.split('\n## ');
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (-|part )/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
};

const meaningText = (meaning: Meaning<never> | undefined): string =>
  meaning === undefined ? '' : typeof meaning === 'string' ? meaning : `(${meaning.text})`;

describe('docs/drift-effects.md', () => {
  it.each(KIND_EFFECTS.map((table) => [table.kind, table] as const))(
    'tells the rows of %s in their order',
    (kind, table) => {
      const rows = [
        ...table.parts.map(({ path, when, effect, meaning }) => [
          path === '/**' ? 'anything else' : `\`${path}\``,
          when.text,
          `**${effect}**`,
          meaningText(meaning),
        ]),
        ...(['missing', 'undeclared'] as const).flatMap((state) =>
          table[state].map(({ when, effect, meaning }) => [state, when.text, `**${effect}**`, meaningText(meaning)]),
        ),
      ];
      expect(rowsUnder(`\`${kind}\``)).toEqual(rows);
    },
  );

  it('has a table for every kind that EDL knows, for stacks, and for nothing else', () => {
    const kinds = [...resourceKinds.map(({ name }) => name), 'stack'].sort();
    expect(KIND_EFFECTS.map(({ kind }) => kind).sort()).toEqual(kinds);
    const headings = [...doc.matchAll(/^## `([^`]+)`$/gm)].map((match) => match[1]);
    expect([...headings].sort()).toEqual(kinds);
  });
});
