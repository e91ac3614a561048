import type { Catalog } from '../reconciler/model/catalog.ts';
import type { LiveState } from '../reconciler/model/live.ts';
import type { AccessChange } from '../reconciler/model/plan.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';

export const accessChanges = (_input: { catalog: Catalog; desired: DesiredState; live: LiveState; asOf: string }): readonly AccessChange[] => [];
