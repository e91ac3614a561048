import type { Aws } from '../../aws/create-aws.ts';
import type { JournalStore } from '../../reconciler/journal/store.ts';
import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { homeRegionOf } from '../../reconciler/model/instance.ts';
import { artifactsBucket } from '../../reconciler/model/names.ts';
import type { Reporter } from '../../reconciler/model/ports.ts';
import { loadForQuestion, type Outcome, type QuestionRequest } from '../access/load.ts';
import { instanceOf } from '../access/names.ts';
import { checkAccount } from '../check-account.ts';
import { loadBareLake } from '../lake.ts';
import type { Session } from '../session.ts';

/** A journal, and the lake that it is of. */
export interface OpenJournal {
  readonly catalog: Catalog;
  /** Why the catalog tells of nothing but `lake.yaml`, where it was asked for: its files are wrong. */
  readonly broken: readonly Diagnostic[];
  readonly instance: string;
  readonly store: JournalStore;
}

/** Which instance of which lake. */
export type JournalRequest = QuestionRequest;

const ask = async <Answer>(
  open: Omit<OpenJournal, 'store'>,
  aws: Aws,
  work: (journal: OpenJournal) => Promise<Outcome<Answer>>,
): Promise<Outcome<Answer>> => {
  const { catalog, instance: name } = open;
  const { lake } = catalog;
  const found = instanceOf(catalog, name);
  if ('problem' in found) return { diagnostics: [found.problem] };
  const { account } = found.found;
  const refused: readonly Diagnostic[] = await checkAccount({ account, instance: name }, aws.reads);
  if (refused.length > 0) return { diagnostics: refused };
  const region = homeRegionOf(lake, found.found);
  const bucket = artifactsBucket(lake.organization, name, region);
  return work({ ...open, store: aws.journal({ region, account, bucket }) });
};

/** What is asked of the journal: runs alone, or what the catalog has names for as well. */
type Need = 'lake' | 'catalog';

/** What was done must be told while the catalog's files are half edited, too: then `lake.yaml` alone says where that lies. */
const load = async (
  request: JournalRequest,
  need: Need,
  reporter: Reporter,
): Promise<Outcome<Pick<OpenJournal, 'catalog' | 'broken'>>> => {
  const whole = need === 'catalog' ? await loadForQuestion(request, reporter) : undefined;
  if (whole !== undefined && 'catalog' in whole) return { catalog: whole.catalog, broken: [] };
  const { catalog, diagnostics } = await loadBareLake(request, reporter);
  return catalog === undefined ? { diagnostics } : { catalog, broken: whole?.diagnostics ?? [] };
};

/** Finds the journal of an instance and asks it; or says what is wrong with the files or the account. Reads only. */
export const withJournal = async <Answer>(
  request: JournalRequest,
  need: Need,
  session: Session,
  work: (journal: OpenJournal) => Promise<Outcome<Answer>>,
): Promise<Outcome<Answer>> => {
  const loaded = await load(request, need, session.reporter);
  if (!('catalog' in loaded)) return loaded;
  const { catalog, broken } = loaded;
  const instance = instanceOf(catalog, request.instance);
  if ('problem' in instance) return { diagnostics: [instance.problem] };
  const aws = session.connect(homeRegionOf(catalog.lake, instance.found), session.reporter);
  try {
    return await ask({ catalog, broken, instance: instance.found.name }, aws, work);
  } finally {
    aws.close();
  }
};
