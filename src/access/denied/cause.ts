import type { Catalog, Dataset, Instance, Level, Tier } from '../../reconciler/model/catalog.ts';
import type { SourceLocation } from '../../reconciler/model/diagnostic.ts';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { Proposal } from '../proposals/propose.ts';
import type { Place } from './place.ts';
import type { Denial } from './types.ts';
import type { Who } from './who.ts';

/** Which link of the chain is missing. */
export type CauseId =
  | 'action-not-offered'
  | 'boundary'
  | 'bucket-policy'
  | 'caller-policy'
  | 'compiled-denies'
  | 'dataset-retired'
  | 'encoded'
  | 'exact-metadata'
  | 'expired'
  | 'key'
  | 'lake-formation'
  | 'level-too-low'
  | 'listing-without-prefix'
  | 'needs-more'
  | 'no-grant'
  | 'no-lake-role'
  | 'no-such-bucket'
  | 'no-such-role'
  | 'not-a-denial'
  | 'not-applied'
  | 'not-in-instance'
  | 'not-in-region'
  | 'not-of-this-lake'
  | 'not-this-instance'
  | 'not-trusted'
  | 'outside-folders'
  | 'policy-of-others'
  | 'query-results'
  | 'runs-only'
  | 'session-ended'
  | 'tier-never-raw'
  | 'unknown-dataset'
  | 'wrong-account'
  | 'wrong-instance'
  | 'wrong-role-arn'
  | 'wrong-tier'
  | 'wrong-workgroup';

/** Something that shows why a cause holds. */
export interface Evidence extends Partial<Pick<SourceLocation, 'file' | 'line'>> {
  /** Without a full stop. */
  readonly text: string;
}

/** Something to paste elsewhere than into git. */
export interface Snippet {
  readonly title: string;
  readonly language: 'ini' | 'json' | 'sh';
  readonly text: string;
}

/** One reason for a refusal, and the way out. All texts are full sentences but where it says otherwise. */
export interface Cause {
  readonly id: CauseId;
  /** `certain`: it would be refused for this alone. `likely`: the text fits. `possible`: to be looked at. */
  readonly certainty: 'certain' | 'likely' | 'possible';
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
  readonly steps: readonly string[];
  readonly snippets: readonly Snippet[];
  readonly proposal?: Proposal;
  /** The message to send to those who approve. */
  readonly request?: string;
}

/** What an instance's other documents say, compiled by whoever can. */
export interface InstanceDocuments {
  readonly boundary?: JsonObject;
  readonly buckets: readonly { readonly arn: string; readonly document: JsonObject }[];
}

/** One refusal with all that is known of it: what each rule judges. */
export interface Case {
  readonly catalog: Catalog;
  /** ISO 8601. */
  readonly asOf: string;
  readonly denial: Denial;
  readonly who: Who;
  readonly place: Place;
  readonly instance?: Instance;
  readonly dataset?: Dataset;
  readonly tier?: Tier;
  /** The level that the action asks for at this place, where it is one that grants give. */
  readonly level?: Level;
  readonly documents?: InstanceDocuments;
  /** What somebody most likely meant by a mistyped name. */
  readonly nearest: (text: string, candidates: Iterable<string>) => string | undefined;
}

/** One row of the decision table: the causes that it finds, the best first. */
export type Rule = (one: Case) => readonly Cause[];

/** A cause with what is seldom there left out. */
export const cause = (
  id: CauseId,
  certainty: Cause['certainty'],
  sentence: string,
  more: Partial<Pick<Cause, 'evidence' | 'steps' | 'snippets' | 'proposal' | 'request'>> = {},
): Cause => ({ id, certainty, sentence, evidence: [], steps: [], snippets: [], ...more });

/** Some names in a sentence: `a, b and c`. */
export const listed = (names: readonly string[], word = 'and'): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1) ?? ''}`;
