import type { Kinds } from '../live/kinds.ts';
import { type JsonObject, textOf } from '../model/json.ts';
import type { LiveResource, LiveState } from '../model/live.ts';
import { iamPath } from '../model/names.ts';
import type { DesiredState } from '../model/resource.ts';
import { isQuarantined } from './quarantine.ts';

/** A stranger of the lake: there, with the properties that it has. */
export type Stranger = LiveResource & Required<Pick<LiveResource, 'properties'>>;

/** The role that runs EDL may well be called after it: what counts is the path, which nobody else uses. */
const isElsewhere = (properties: JsonObject, instance: string, type: string): boolean =>
  type.startsWith('AWS::IAM::') && !textOf(properties['Path']).startsWith(iamPath(instance));

/**
 * Objects under names of ours that git does not have and that no apply made.
 *
 * | its object                                   | undeclared                                             |
 * |----------------------------------------------|--------------------------------------------------------|
 * | is declared                                  | no, whoever owns it                                    |
 * | is a role or policy outside of `/edl/<instance>/` | no: only its name is like ours                    |
 * | is foreign or unowned                        | yes                                                    |
 * | is ours by a template that EDL applied, or by its mark | no: git let it go, and the plan prunes it    |
 * | is in our template, which somebody else wrote | yes                                                   |
 * | has our tags, in no stack, and holds data    | no: its stack retained it                              |
 * | has our tags, in no stack, and holds none    | yes: nothing of ours leaves such an object behind      |
 */
const isStranger = (
  object: LiveResource,
  { instance }: DesiredState,
  declared: ReadonlySet<string>,
  kinds: Kinds,
): object is Stranger => {
  const kind = kinds.get(object.kind);
  if (object.properties === undefined || declared.has(object.id) || kind === undefined) return false;
  if (object.undeclared !== true && isElsewhere(object.properties, instance, kind.type)) return false;
  if (kind.contentAddressed === true) return false;
  if (object.ownership !== 'ours' || object.undeclared === true) return true;
  return object.stack === undefined && !kind.holdsData;
};

const strangersIn = (desired: DesiredState, live: LiveState, kinds: Kinds): readonly Stranger[] => {
  const declared = new Set<string>(desired.resources.map(({ id }) => id));
  return live.resources.filter((object) => isStranger(object, desired, declared, kinds));
};

/** Everything that is there though nobody declared it, but for what is in quarantine. */
export const undeclaredObjects = (desired: DesiredState, live: LiveState, kinds: Kinds): readonly Stranger[] =>
  strangersIn(desired, live, kinds).filter(({ properties }) => !isQuarantined(properties));

/** Roles that nobody declared and that healing has put where they can do nothing. */
export const quarantinedObjects = (desired: DesiredState, live: LiveState, kinds: Kinds): readonly Stranger[] =>
  strangersIn(desired, live, kinds).filter(({ properties }) => isQuarantined(properties));
