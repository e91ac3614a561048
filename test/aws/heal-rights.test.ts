import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { HEALING_RIGHTS } from './healing-rights.ts';

describe('rights', () => {
  it('the page names each action, and no other', async () => {
    const page = await readFile(new URL('../../docs/healing-rights.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` +\| (.*) \|$/gm)].map(([, kind = '', actions = '']) => [
      kind,
      [...actions.matchAll(/`([^`]+)`/g)].map(([, action]) => action),
    ]);
    expect(Object.fromEntries(rows)).toEqual(HEALING_RIGHTS);
  });
});
