import type { PrincipalKind } from '../model/catalog.ts';
import { accessStack, athenaStack, exposeStack, foundationStack, pipelineStack } from '../model/names.ts';
import type { AccessChange } from '../model/plan.ts';

const isDeclaredKind = (kind: string): kind is PrincipalKind => ['team', 'user', 'service'].includes(kind);

/** The stacks that bring about an access change, so that a selection of stacks is a selection of access as well. */
export const stacksOfAccess = (
  change: AccessChange,
  instance: string,
  regions: readonly string[],
): readonly string[] => {
  const [kind = '', name = ''] = change.principal.split(':');
  if (isDeclaredKind(kind))
    return [accessStack(instance, kind, name), ...regions.map((region) => athenaStack(instance, kind, name, region))];
  if (kind === 'pipeline') return [pipelineStack(instance, name)];
  if (kind === 'exposed') return [exposeStack(instance, change.dataset)];
  return regions.map((region) => foundationStack(instance, region));
};
