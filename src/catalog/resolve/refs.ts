import type { Caller, PrincipalRef } from '../../reconciler/model/catalog.ts';
import { invariant } from '../../reconciler/model/errors.ts';
import { compareText } from '../../reconciler/model/json.ts';
import type { SourceLocation } from '../../reconciler/model/diagnostic.ts';
import { sortByContent } from '../catalog-digest.ts';
import type { Caller as CallerFile } from '../files.gen.ts';
import type { ParsedFile } from '../parse.ts';

/** `team:oncology` as a reference; the schema has checked its form. */
export const toPrincipalRef = (text: string): PrincipalRef => {
  const [kind, name] = text.split(':');
  invariant(name !== undefined, `"${text}" is no reference to a principal.`);
  if (kind === 'team' || kind === 'user' || kind === 'service') return `${kind}:${name}`;
  invariant(kind === 'pipeline', `"${text}" is no reference to a principal.`);
  return `pipeline:${name}`;
};

/** A list of names, sorted, so that the order of lines does not matter. */
export const sorted = (names: readonly string[]): readonly string[] => [...names].sort(compareText);

/** The line that declares something: a key at the root of a file, an item of its list, or a key below it. */
export const declaredAt = (source: ParsedFile, key?: string, item?: number | string): SourceLocation => ({
  file: source.path,
  line:
    source.outline.get(item === undefined ? (key ?? '') : `${key ?? ''}/${item}`) ?? source.outline.get(key ?? '') ?? 1,
});

const resolveCaller = (caller: CallerFile): Caller => {
  const instances = caller.instances === undefined ? {} : { instances: sorted(caller.instances) };
  if (caller.arn !== undefined) return { ...instances, arn: caller.arn };
  if (caller.identityCenter !== undefined) return { ...instances, identityCenter: caller.identityCenter };
  if (caller.saml !== undefined) return { ...instances, saml: caller.saml };
  invariant(caller.oidc !== undefined, 'A caller has one of arn, identityCenter, saml and oidc.');
  return { ...instances, oidc: { ...caller.oidc, subjects: sorted(caller.oidc.subjects) } };
};

export const resolveCallers = (callers: readonly CallerFile[]): readonly Caller[] =>
  sortByContent(callers.map(resolveCaller));
