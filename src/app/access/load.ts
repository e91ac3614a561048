import type { Catalog } from '../../reconciler/model/catalog.ts';
import { hasErrors, type Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { Reporter } from '../../reconciler/model/ports.ts';
import { loadLake, type LakeRequest, type LoadedLake } from '../lake.ts';

/** A lake that a question is about. */
export interface QuestionRequest extends LakeRequest {
  /** ISO 8601: the time of the clock. Files are right or wrong as of today, whatever day the question is about. */
  readonly today: string;
  /** Absent: the lake's only instance. */
  readonly instance?: string;
}

/** Either something, or everything that is wrong. */
export type Outcome<T> = T | { readonly diagnostics: readonly Diagnostic[] };

/**
 * Loads a lake for a question about any day. Some checks count from a day (how long a grant may last, what is retired), so
 * files that are right today may be wrong as of another day; they still say who had access then. So what fails as of the
 * question's day is checked as of `today` as well, and either is enough.
 */
export const loadAsOf = async (
  load: (asOf: string) => Promise<LoadedLake>,
  asOf: string,
  today: string,
): Promise<LoadedLake> => {
  const loaded = await load(asOf);
  if (loaded.catalog !== undefined || asOf === today) return loaded;
  const again = await load(today);
  return again.catalog === undefined ? loaded : again;
};

/** The catalog of a question, or what is wrong with it. Warnings are for `edl validate`. */
export const loadForQuestion = async (
  request: QuestionRequest,
  reporter: Reporter,
): Promise<Outcome<{ readonly root: string; readonly catalog: Catalog }>> => {
  const { root, catalog, diagnostics } = await loadAsOf(
    (asOf) => loadLake({ ...request, asOf }, reporter),
    request.asOf,
    request.today,
  );
  return catalog === undefined || hasErrors(diagnostics) ? { diagnostics } : { root, catalog };
};
