import type { Json, JsonObject } from '../json.ts';
import { isList, isObject, parseJson } from '../json.ts';
import type { Call } from '../protocol/call.ts';
import { formOf, jsonOf } from '../protocol/call.ts';
import { JSON_SERVICES } from '../protocol/errors.ts';
import { s3Target } from '../protocol/s3-operation.ts';
import { fromXml } from '../protocol/xml.ts';

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** Fields whose keys are the caller's own words, when they hold an object: those stay as they are. */
const MAPS: ReadonlySet<string> = new Set([
  'Arguments',
  'DefaultArguments',
  'EncryptionContext',
  'NonOverridableArguments',
  'Parameters',
  'Tags',
  'TagsToAdd',
]);

/** The fields of a request in CloudTrail's spelling, which begins with a small letter. */
const respelled = (value: Json): Json => {
  if (isList(value)) return value.map(respelled);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      lowerFirst(key),
      MAPS.has(key) && isObject(item) ? item : respelled(item),
    ]),
  );
};

type Tree = Map<string, Tree | string>;

const newTree = (): Tree => new Map<string, Tree | string>();

const treeOf = (form: URLSearchParams): Tree => {
  const root = newTree();
  for (const [name, value] of form) {
    const path = name.split('.');
    const last = path.pop() ?? name;
    let place = root;
    for (const step of path) {
      const found = place.get(step);
      const next = typeof found === 'object' ? found : newTree();
      place.set(step, next);
      place = next;
    }
    place.set(last, value);
  }
  return root;
};

const jsonOfTree = (tree: Tree | string): Json => {
  if (typeof tree === 'string') return tree;
  const members = tree.get('member');
  if (typeof members === 'object') {
    const inOrder = [...members].sort(([a], [b]) => Number(a) - Number(b));
    return inOrder.map(([, member]) => jsonOfTree(member));
  }
  return Object.fromEntries([...tree].map(([name, item]) => [name, jsonOfTree(item)]));
};

const ofForm = (call: Call): Json => {
  const form = formOf(call);
  form.delete('Action');
  form.delete('Version');
  return respelled(jsonOfTree(treeOf(form)));
};

const ofBucket = (call: Call): JsonObject => {
  const { bucket, query } = s3Target(call.path);
  const body = call.body.toString('utf8');
  const document: Json | undefined = body === '' ? undefined : query.has('policy') ? parseJson(body) : fromXml(body);
  return {
    bucketName: bucket,
    ...Object.fromEntries(query),
    ...(query.has('policy') && document !== undefined ? { bucketPolicy: document } : {}),
    ...(!query.has('policy') && isObject(document) ? document : {}),
  };
};

const MOST_BYTES = 100 * 1024;

/** What was asked for. Over 100 KB it is left out (CloudTrail cloudtrail-event-reference-record-contents). */
export const requestParameters = (call: Call): Json => {
  const parameters =
    call.service === 's3' ? ofBucket(call) : JSON_SERVICES.has(call.service) ? respelled(jsonOf(call)) : ofForm(call);
  return JSON.stringify(parameters).length > MOST_BYTES ? null : parameters;
};
