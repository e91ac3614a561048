import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { loadCatalog } from '../../src/catalog/load.ts';
import { compileCatalog } from '../../src/reconciler/compile/compile.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import { hasErrors, type Diagnostic } from '../../src/reconciler/model/diagnostic.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { Mark, Unreadable } from '../../src/reconciler/model/live.ts';
import type { DesiredState, ResourceId } from '../../src/reconciler/model/resource.ts';
import { resourceKinds } from '../../src/resources/index.ts';
import { TINY_RUNTIME } from '../compile/sample.ts';

/** The folder of all stories. */
export const STORIES = fileURLToPath(new URL('../golden/', import.meta.url));

/** What people did by hand in AWS, past EDL: `live.json`. */
export interface OutOfBand {
  /** Sets a value at a JSON pointer into an object's properties; a last step `-` appends to a list. */
  readonly set?: readonly { readonly id: ResourceId; readonly path: string; readonly value: JsonObject[string] }[];
  /** Objects that somebody deleted. */
  readonly delete?: readonly ResourceId[];
  /** Objects that somebody made, or took over: whatever had the id is replaced. */
  readonly add?: readonly {
    readonly id: ResourceId;
    readonly properties: JsonObject;
    readonly mark?: Mark;
    readonly tags?: Readonly<Record<string, string>>;
  }[];
  /** What the caller may not read. */
  readonly unreadable?: readonly Unreadable[];
}

/** `story.yaml`; every key has a default. */
interface Settings {
  /** Default `dev01`. */
  readonly instance?: string;
  /** When the plan is made. */
  readonly asOf?: string;
  /** When what is live was applied. */
  readonly appliedAt?: string;
  /** Nothing was applied before. */
  readonly empty?: boolean;
  /** Files of the lake that were not there before. */
  readonly absentBefore?: readonly string[];
  /** The drift is told too: what CloudTrail knows of it. */
  readonly trail?: readonly TrailDeed[];
}

/** One event as a story tells it. */
export interface TrailDeed {
  /** `AttachRolePolicy`. */
  readonly event: string;
  /** The name of the object in CloudTrail. */
  readonly on: string;
  readonly by: string;
  readonly at: string;
}

/** A story as its folder tells it. */
export interface Story {
  readonly folder: string;
  readonly settings: Settings;
  readonly outOfBand: OutOfBand;
}

/** A loaded and compiled lake. `diagnostics` are the catalog's own; the compiler's are in `desired`. */
export interface Compiled {
  readonly catalog: Catalog;
  readonly desired: DesiredState;
  readonly diagnostics: readonly Diagnostic[];
}

const AS_OF = '2026-11-22T10:00:00Z';

const readIf = async (path: string): Promise<string | undefined> =>
  existsSync(path) ? readFile(path, 'utf8') : undefined;

/** The names of all stories. */
export const storyNames = async (): Promise<readonly string[]> => {
  const entries = await readdir(STORIES, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
};

/** Reads what a story says of itself. The two casts are of files that are checked in beside the tests. */
export const readStory = async (name: string): Promise<Story> => {
  const folder = join(STORIES, name);
  const settings = await readIf(join(folder, 'story.yaml'));
  const outOfBand = await readIf(join(folder, 'live.json'));
  return {
    folder,
    settings: settings === undefined ? {} : (parse(settings) as Settings),
    outOfBand: outOfBand === undefined ? {} : (JSON.parse(outOfBand) as OutOfBand),
  };
};

const compileAt = async (root: string, instance: string, asOf: string): Promise<Compiled> => {
  const { catalog, diagnostics } = await loadCatalog(root, { asOf });
  if (catalog === undefined) throw new Error(`the lake is not sound: ${JSON.stringify(diagnostics, null, 2)}`);
  const desired = compileCatalog({ catalog, instance, asOf, runtime: TINY_RUNTIME }, resourceKinds);
  if (hasErrors(desired.diagnostics)) throw new Error(JSON.stringify(desired.diagnostics, null, 2));
  return { catalog, desired, diagnostics };
};

/** The lake as it is in the story's folder. */
export const compileNow = ({ folder, settings }: Story): Promise<Compiled> =>
  compileAt(folder, settings.instance ?? 'dev01', settings.asOf ?? AS_OF);

/** The lake as it was when it was applied; undefined when nothing was. */
export const compileBefore = async ({ folder, settings }: Story): Promise<Compiled | undefined> => {
  if (settings.empty === true) return undefined;
  const root = await mkdtemp(join(tmpdir(), 'edl-golden-'));
  try {
    for (const part of ['lake.yaml', 'catalog']) await cp(join(folder, part), join(root, part), { recursive: true });
    for (const path of settings.absentBefore ?? []) await rm(join(root, path));
    if (existsSync(join(folder, 'before'))) await cp(join(folder, 'before'), root, { recursive: true });
    return await compileAt(root, settings.instance ?? 'dev01', settings.appliedAt ?? settings.asOf ?? AS_OF);
  } finally {
    await rm(root, { recursive: true });
  }
};
