import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isRefused } from '../src/reconciler/guards/guard-plan.ts';
import { goldenFiles, play, type GoldenFile, type Played } from './support/golden-plan.ts';
import { STORIES, storyNames } from './support/golden-story.ts';

const isUpdating = process.env['UPDATE_GOLDEN'] === '1';

const templatesIn = async (folder: string): Promise<readonly string[]> => {
  const templates = join(folder, 'templates');
  return existsSync(templates) ? (await readdir(templates)).map((file) => `templates/${file}`).sort() : [];
};

const write = async (folder: string, files: readonly GoldenFile[]): Promise<void> => {
  await rm(join(folder, 'templates'), { recursive: true, force: true });
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
};

/** `UPDATE_GOLDEN=1` writes what the stories give now; people review the difference. */
describe.each(await storyNames())('the story %s', (name) => {
  const folder = join(STORIES, name);
  let played: Played;
  beforeAll(async () => {
    played = await play(name);
    if (isUpdating) await write(folder, goldenFiles(played));
  });

  it('plans what was reviewed', async () => {
    const files = goldenFiles(played);
    for (const { path, text } of files) expect(text, path).toBe(await readFile(join(folder, path), 'utf8'));
    const templates = files.map(({ path }) => path).filter((path) => path.startsWith('templates/'));
    expect(await templatesIn(folder)).toEqual(templates.sort());
  });

  it('is told in one paragraph', async () => {
    const [title, ...paragraphs] = (await readFile(join(folder, 'README.md'), 'utf8')).trim().split('\n\n');
    expect(title).toMatch(/^# /);
    expect(paragraphs).toHaveLength(1);
  });

  it('leaves nothing to do once it is applied, or is refused', () => {
    const { plan, next } = played;
    const left = isRefused(plan) ? [] : [...next.changes, ...next.access];
    expect(left).toEqual([]);
  });
});
