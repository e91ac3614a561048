import { digestOf, type Digest } from './digest.ts';
import { canonicalJson, objectOf, type JsonObject } from './json.ts';
import { DIGEST_OUTPUT } from './names.ts';

/** The digest of a template without the output that carries it: what that output says as long as nobody else wrote the template. */
export const templateDigest = (template: JsonObject): Digest => {
  const { [DIGEST_OUTPUT]: _own, ...outputs } = objectOf(template['Outputs']);
  return digestOf({ ...template, Outputs: outputs });
};

/**
 * As CloudFormation gives a template back: characters beyond ASCII come as question marks. Nothing in its reference says so;
 * the CDK, which compares templates too, writes its own side alike.
 */
const asReturned = (template: JsonObject): string =>
  canonicalJson(template)
    .replace(/[^\x20-\x7e]+/g, '?')
    .replace(/\?+/g, '?');

/** Whether a deployed template is this one, as far as CloudFormation returns it. */
export const isSameTemplate = (deployed: JsonObject, other: JsonObject): boolean =>
  asReturned(deployed) === asReturned(other);

/** Whether characters may have been lost when CloudFormation returned the template: then its digest proves nothing. */
export const mayBeLossy = (template: JsonObject): boolean => canonicalJson(template).includes('?');
