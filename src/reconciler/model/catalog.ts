import type { DriftRules, HealMode } from './drift-rules.ts';
import type { Digest } from './digest.ts';
import type { SourceLocation } from './diagnostic.ts';

/** The kinds of principal that people declare; pipelines are principals too (`pipeline:<name>`). */
export type PrincipalKind = 'team' | 'user' | 'service';

/** `team:oncology`, `pipeline:daily-outcomes`, … */
export type PrincipalRef = `${PrincipalKind | 'pipeline'}:${string}`;

/** Levels are sets, not one line: `read` holds `discover`, `read-raw` holds `read`, `admin` holds `read-raw` and `write`. */
export type Level = 'discover' | 'read' | 'read-raw' | 'write' | 'admin';

/** A calendar day, `YYYY-MM-DD`, in UTC; as the end of a grant it means through the end of that day. */
export type Day = string;

/** One whole lake in one AWS account. */
export interface Instance {
  readonly name: string;
  /** Twelve digits. */
  readonly account: string;
  /** The first is the home region if the instance has it. */
  readonly regions: readonly string[];
  /** A role that is there already, by name; otherwise the bootstrap stack makes `edl-<instance>-cloudformation`. */
  readonly cloudFormationRole?: string;
  /** A role, by name, that may delete what is published (erasure on request); absent: nobody but the runner roles. */
  readonly purgeRole?: string;
}

/** A class of confidentiality. Tiers are listed from the least to the most confidential. */
export interface Tier {
  readonly name: string;
  /** Who may assume the role that reads all data of this tier; absent when the tier has none. Empty: anybody in the account. */
  readonly defaultRole?: { readonly assumedBy: readonly Caller[] };
  readonly approvals: readonly ('owner' | 'security')[];
  /** The longest grant to a team or user, in days. */
  readonly maxGrantDays?: number;
  /** Whether everybody with any grant in the tier may list all its tables (`open`), or only granted ones (`exact`). */
  readonly metadata: 'open' | 'exact';
  readonly reasonRequired: boolean;
  readonly selectorsAllowed: boolean;
  /** `kms`: a key of our own for each region; `s3`: keys that S3 manages. */
  readonly encryption: 'kms' | 's3';
  /** What healing does with objects of this tier; absent: what `drift.heal` of the lake says. */
  readonly heal?: HealMode;
  /** A place only: not part of what the catalog means. */
  readonly declaredIn?: SourceLocation;
}

/** A permission to pass a guard, reviewed like everything else. `until` is the last day it holds. */
export interface Allowance {
  readonly guard: string;
  readonly target?: string;
  readonly reason: string;
  readonly until: Day;
  readonly declaredIn: SourceLocation;
}

/** Who a rule may speak of: kinds of principal, pipelines, roles of exposed datasets, and the default roles. */
export type HolderKind = PrincipalKind | 'pipeline' | 'exposed' | 'everyone';

/** What a rule speaks of: a level on datasets. Who holds a level that includes it holds it too. */
export interface Holding {
  readonly target: { readonly dataset: string } | { readonly select: Selector };
  readonly level: Level;
}

/** A rule of the lake on who may hold what, judged over everything that somebody holds, however it was given. */
export type Rule = {
  readonly name: string;
  readonly reason: string;
  /** Absent: in all instances. */
  readonly instances?: readonly string[];
  /** Who is not bound by it; what people hold through these does not count either. */
  readonly except: readonly PrincipalRef[];
  readonly declaredIn: SourceLocation;
} & (
  | {
      /** Nobody may hold any two of these. */
      readonly apart: readonly Holding[];
    }
  | {
      /** No holder of these kinds may hold this. */
      readonly forbid: Holding & { readonly kinds: readonly HolderKind[] };
    }
);

/** `lake.yaml`. */
export interface Lake {
  readonly organization: string;
  readonly awsOrganizationId?: string;
  readonly homeRegion: string;
  readonly instances: readonly Instance[];
  readonly tiers: readonly Tier[];
  readonly security?: PrincipalRef;
  /** Sorted by name. Absent: none. */
  readonly rules?: readonly Rule[];
  readonly allow: readonly Allowance[];
  /** Absent: healing only reports, and nothing is ignored. */
  readonly drift?: DriftRules;
  readonly declaredIn: SourceLocation;
}

/** A column of a Glue table, in Hive's type language. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
}

/** A table of a dataset; `<dataset>__<table>` in Glue. */
export interface Table {
  readonly name: string;
  readonly description?: string;
  readonly columns: readonly Column[];
}

/** How a dataset grows. */
export type Updates =
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'delta'; readonly keys: readonly string[]; readonly orderBy: string; readonly deletes?: string };

/** What the registry records about personal data. */
export interface Privacy {
  readonly personalData: boolean;
  readonly categories: readonly string[];
  readonly retention?: string;
}

/** A classic role for one dataset and level, for third parties. */
export interface Exposure {
  readonly level: Level;
  readonly assumedBy: readonly Caller[];
  /** A place only: not part of what the catalog means. */
  readonly declaredIn?: SourceLocation;
}

/** A collection of data over time: one folder in its tier's bucket. */
export interface Dataset {
  readonly name: string;
  readonly tier: string;
  readonly owner: PrincipalRef;
  readonly description: string;
  readonly domain?: string;
  /** Resolved: the home region when the file names none. An instance holds those of them that it has. */
  readonly regions: readonly string[];
  /** Resolved: all instances when the file names none. */
  readonly instances: readonly string[];
  readonly updates: Updates;
  readonly privacy?: Privacy;
  readonly tables: readonly Table[];
  readonly expose: readonly Exposure[];
  /** From this day on its grants end and its Glue objects go; its objects in S3 and its name stay. */
  readonly retired?: { readonly on: Day; readonly reason: string };
  readonly declaredIn: SourceLocation;
}

/** Who may take a principal's role. `{account}` in an ARN is the instance's account. Absent `instances`: in all. */
export type Caller = {
  readonly instances?: readonly string[];
} & (
  | { readonly arn: string }
  | { readonly identityCenter: { readonly permissionSet: string } }
  | { readonly saml: { readonly provider: string; readonly attributes: Readonly<Record<string, readonly string[]>> } }
  | { readonly oidc: { readonly provider: string; readonly audience: string; readonly subjects: readonly string[] } }
);

/** A team, user or service that works under one role in each instance. */
export interface Principal {
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly ref: PrincipalRef;
  readonly description?: string;
  /** Counts people and routes approvals; gives no access by itself. */
  readonly members: readonly string[];
  readonly assumedBy: readonly Caller[];
  readonly declaredIn: SourceLocation;
}

/** Which datasets a selector means: all conditions must hold. */
export interface Selector {
  readonly tier?: string;
  readonly domain?: string;
  readonly owner?: PrincipalRef;
}

/** One line of a grant. */
export interface GrantEntry {
  readonly target: { readonly dataset: string } | { readonly select: Selector };
  readonly level: Level;
  readonly expires?: Day;
  /** Absent: every instance that has the dataset. */
  readonly instances?: readonly string[];
  readonly declaredIn: SourceLocation;
}

/** A grant file: what one principal may do, and why. */
export interface Grant {
  readonly principal: PrincipalRef;
  readonly reason?: string;
  readonly access: readonly GrantEntry[];
  readonly declaredIn: SourceLocation;
}

/** A text file of a pipeline; `path` is relative to the pipeline's folder, with `/`. */
export interface PipelineFile {
  readonly path: string;
  readonly content: string;
}

/** The word of an input's owner that its content may go into a lower tier. `until` is the last day it holds. */
export interface Declassification {
  readonly dataset: string;
  readonly by: PrincipalRef;
  readonly reason: string;
  readonly until?: Day;
  readonly declaredIn: SourceLocation;
}

/** Code that reads input datasets and writes output datasets. */
export interface Pipeline {
  readonly name: string;
  readonly owner: PrincipalRef;
  readonly description?: string;
  readonly engine: 'glue' | 'emr-serverless';
  /** `pyspark`: `pipeline.py` with `run()`; `sql`: the `*.sql` files in the order of their names. */
  readonly language: 'pyspark' | 'sql';
  readonly glueVersion: string;
  readonly workers: { readonly type: string; readonly count: number };
  readonly timeoutMinutes: number;
  readonly maxConcurrentRuns: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Sorted by dataset. Absent: none. */
  readonly declassify?: readonly Declassification[];
  readonly schedule?: string;
  readonly arguments: Readonly<Record<string, string>>;
  /** Resolved: all instances when the file names none. */
  readonly instances: readonly string[];
  /** Where it runs; the home region when the file names none. */
  readonly region: string;
  readonly files: readonly PipelineFile[];
  readonly declaredIn: SourceLocation;
  /** The line of each input in the pipeline's file, by dataset. A place only: not part of what the catalog means. */
  readonly inputLines?: Readonly<Record<string, number>>;
  /** The same of each output. */
  readonly outputLines?: Readonly<Record<string, number>>;
}

/** Everything that users declare, checked and resolved; every list sorted by name. Pure data. */
export interface Catalog {
  readonly lake: Lake;
  readonly datasets: readonly Dataset[];
  readonly principals: readonly Principal[];
  readonly grants: readonly Grant[];
  readonly pipelines: readonly Pipeline[];
  /** Of the content alone: moving a file or reordering keys does not change it. */
  readonly digest: Digest;
}
