import type { Json, JsonObject } from '../json.ts';
import { isSame, listAt, textAt } from '../json.ts';
import { bodyText } from '../protocol/call.ts';
import { elements, fromXml } from '../protocol/xml.ts';
import { unless } from './common.ts';
import type { Context } from './resource-type.ts';
import { filterProperties, filterTree } from './s3-lifecycle.ts';
import type { Shape } from './s3-xml.ts';
import { fromTree, many, same, toTree, xmlOf } from './s3-xml.ts';

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const PLAIN: Shape = { ...same('Id', 'Status'), Tierings: many('Tiering', same('AccessTier', 'Days')) };

/** The properties of one configuration. */
export const TIERING: Shape = { ...PLAIN, ...same('Prefix'), TagFilters: many('Tag', same('Key', 'Value')) };

const byId = (properties: JsonObject): ReadonlyMap<string, Json> =>
  new Map(listAt(properties, 'IntelligentTieringConfigurations').map((item) => [textAt(item, 'Id') ?? '', item]));

const pathOf = (bucket: string, id: string): string => `/${bucket}?intelligent-tiering&id=${encodeURIComponent(id)}`;

/** The API holds each configuration by its id: changed ones are put, dropped ones deleted. */
export const configureTiering = async (
  context: Context,
  bucket: string,
  before: JsonObject,
  after: JsonObject,
): Promise<void> => {
  const [old, wanted] = [byId(before), byId(after)];
  for (const id of old.keys()) {
    if (wanted.has(id)) continue;
    await unless(['NoSuchConfiguration'], () => context.services.s3('DELETE', pathOf(bucket, id)));
  }
  for (const [id, item] of wanted) {
    if (isSame(old.get(id), item)) continue;
    const tree = toTree(PLAIN, item);
    const filter = filterTree(item);
    // Unlike a lifecycle rule, a configuration for the whole bucket has no filter at all.
    const whole = isSame(filter, { Prefix: '' }) ? tree : { ...tree, Filter: filter };
    const xml = `<IntelligentTieringConfiguration ${NAMESPACE}>${xmlOf(whole)}</IntelligentTieringConfiguration>`;
    await context.services.s3('PUT', pathOf(bucket, id), xml);
  }
};

export const readTiering = async (context: Context, bucket: string): Promise<readonly Json[]> => {
  const reply = await context.services.s3('GET', `/${bucket}?intelligent-tiering`);
  const answer = fromXml(bodyText(reply));
  const list = typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? Object.values(answer) : [];
  return list
    .flatMap((result: Json) => elements(result, 'IntelligentTieringConfiguration'))
    .map((item) => ({ ...fromTree(PLAIN, item), ...filterProperties(item) }));
};
