import type { ResourceKind } from '../model/kind.ts';

/** Kinds by name. The core gets them as an input, so that it does not depend on which kinds there are. */
export type Kinds = ReadonlyMap<string, ResourceKind>;

/** Indexes kinds by name. */
export const indexKinds = (kinds: readonly ResourceKind[]): Kinds => new Map(kinds.map((kind) => [kind.name, kind]));
