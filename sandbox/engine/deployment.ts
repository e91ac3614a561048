import type { Tag } from '../types/resource-type.ts';
import type { Template } from './template.ts';

/** A parameter as it was given, before defaults. */
export interface Parameter {
  readonly key: string;
  readonly value: string;
}

/** What a stack was last deployed from, or shall be. */
export interface Deployment {
  readonly body: string;
  readonly template: Template;
  readonly parameters: readonly Parameter[];
  readonly tags: readonly Tag[];
}
