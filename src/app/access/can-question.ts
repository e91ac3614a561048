import type { RowLevel } from '../../access/levels.ts';
import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import type { Placed } from './place.ts';

/** Everything that a `can` question is judged from. */
export interface CanQuestion {
  readonly catalog: Catalog;
  readonly instance: string;
  readonly holder: AccessHolder;
  readonly level: RowLevel;
  readonly placed: Placed;
  readonly asOf: string;
}
