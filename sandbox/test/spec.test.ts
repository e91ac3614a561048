import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

test('every line of SPEC.md has a test, and every test names a line that exists', () => {
  const lines = [...read('../SPEC.md').matchAll(/^\| ([A-Z]\d+) +\|/gm)].map((match) => match[1]);
  const titles = readdirSync(new URL('.', import.meta.url))
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => [...read(file).matchAll(/(?:(?:test|it)\(|\]\)\()\s*['"`]((?:[A-Z]\d+ )+)/g)])
    .flatMap((match) => (match[1] ?? '').trim().split(' '));
  expect([...new Set(titles)].sort()).toEqual([...lines].sort());
});
