import type { Catalog, Day, Level, PrincipalRef } from '../../reconciler/model/catalog.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { Approval } from '../approvals.ts';

/** Who should get what, where; the question that a proposal answers. */
export interface ProposalInput {
  readonly catalog: Catalog;
  readonly instance: string;
  /** ISO 8601: the day that dates are counted from. */
  readonly asOf: string;
  readonly principal: PrincipalRef;
  readonly dataset: string;
  readonly level: Level;
}

/** Why the lake would refuse a proposal as it is. */
export interface Refusal {
  /** The code that `edl validate` or `edl plan` would tell. */
  readonly code: Diagnostic['code'];
  /** The rule of lake.yaml, or what else of the lake refuses: `tier-flow`, `pipelines`. */
  readonly rule: string;
  /** Constant for its code. */
  readonly summary: string;
  /** Full sentences: what would be wrong, and what would have to happen first. */
  readonly detail: string;
}

/**
 * A change of git that would give what is missing, ready to paste. It says what to ask for; whether it is right is for those
 * who approve.
 */
export interface Proposal {
  /**
   * `create`: `yaml` is a whole file. `add`: one entry, to go under the key `under` after the entry that `line` names. `replace`: the
   * entry at `line` becomes `yaml`. `set`: one key of the file at `file` becomes `yaml`.
   */
  readonly edit: 'create' | 'add' | 'replace' | 'set';
  readonly file: string;
  readonly isNew: boolean;
  /** Without a line break at its end, but for a whole file. */
  readonly yaml: string;
  readonly line?: number;
  /** Only of `add`: the key of the file whose list gets the entry. */
  readonly under?: 'access' | 'assumedBy';
  /** The last day it gives, if it has one. */
  readonly until?: Day;
  /** What refuses it as it is; empty when the lake would take it. To be told before the YAML is. */
  readonly refusedBy: readonly Refusal[];
  readonly approvals: readonly Approval[];
  /** Full sentences: what to think of before sending it. */
  readonly notes: readonly string[];
}
