import { describe, expect, it } from 'vitest';
import { diagnose, type Diagnosis } from '../../src/access/denied/diagnose.ts';
import { parseDenials } from '../../src/access/denied/parse.ts';
import { nearest } from '../../src/catalog/nearest.ts';
import { loadCatalog } from '../../src/catalog/load.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import { documentsFor } from './denied-documents.ts';
import { type Example, GRANTS, PLACES } from './denied-messages.ts';
import { CALLERS, POLICIES } from './denied-messages-callers.ts';
import { SERVICES } from './denied-messages-services.ts';
import { AS_OF } from '../catalog/support.ts';
import { REPOSITORY } from '../support/edl.ts';

const load = async (asOf: string): Promise<Catalog> => {
  const { catalog } = await loadCatalog(REPOSITORY, { asOf });
  if (catalog === undefined) throw new Error('the sample lake does not load');
  return catalog;
};

const sample = await load(AS_OF);
const later = await load('2028-03-01T09:00:00Z');

const judge = ({ text, principal, on, instance, asOf = AS_OF }: Example): readonly Diagnosis[] => {
  const catalog = asOf === AS_OF ? sample : later;
  const parsed = parseDenials(text);
  return (parsed.length === 0 ? [{ signs: [] }] : parsed).map((denial) =>
    diagnose({
      catalog,
      asOf,
      denial,
      nearest,
      documents: (name) => documentsFor(catalog, name, asOf),
      hints: { ...(on === undefined ? {} : { on }), ...(instance === undefined ? {} : { instance }) },
      ...(principal === undefined ? {} : { principal }),
    }),
  );
};

describe.each([
  ['grants', GRANTS],
  ['places', PLACES],
  ['callers', CALLERS],
  ['policies', POLICIES],
  ['services', SERVICES],
])('%s', (_, examples) => {
  it.each(examples.map((example) => [example.name, example] as const))('%s', (__, example) => {
    const [diagnosis, ...others] = judge(example);
    expect(others).toEqual([]);
    expect(diagnosis?.causes.map(({ id }) => id)[0]).toBe(example.cause);
    for (const id of example.also ?? []) expect(diagnosis?.causes.map((cause) => cause.id)).toContain(id);
    const told = JSON.stringify(diagnosis?.causes).replaceAll('\\"', '"');
    for (const words of example.says ?? []) expect(told).toContain(words);
    for (const words of example.hides ?? []) expect(told).not.toContain(words);
  });
});
