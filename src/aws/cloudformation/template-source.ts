import { sha256Hex } from '../../reconciler/model/digest.ts';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { StackContext } from './context.ts';

/** Limits of a template, in bytes of UTF-8 (AWSCloudFormation/latest/UserGuide/cloudformation-limits). */
export const BODY_LIMIT_BYTES = 51_200;
export const URL_LIMIT_BYTES = 1_000_000;

/** How a template reaches CloudFormation. */
export type TemplateSource = { readonly TemplateBody: string } | { readonly TemplateURL: string };

/**
 * Small templates travel in the call, larger ones through the artifacts bucket under the digest of their bytes, where an
 * earlier upload of the same template is used again. The URL is in virtual-host form, which every partition accepts.
 */
export const templateSource = async (context: StackContext, template: JsonObject): Promise<TemplateSource> => {
  const { work, uploadTemplate } = context;
  const body = JSON.stringify(template);
  const bytes = Buffer.byteLength(body, 'utf8');
  if (bytes <= BODY_LIMIT_BYTES) return { TemplateBody: body };
  if (bytes > URL_LIMIT_BYTES) {
    throw new EdlError(
      'EDL-4026',
      'user',
      `The template of stack ${work.name} has ${bytes} bytes; CloudFormation takes at most ${URL_LIMIT_BYTES}. Split what the stack is made for, for example a principal with very many grants.`,
    );
  }
  if (work.artifactsBucket === undefined) {
    throw new EdlError(
      'EDL-4026',
      'user',
      `The template of stack ${work.name} has ${bytes} bytes. Over ${BODY_LIMIT_BYTES} it must go through the artifacts bucket, which is not there yet. Apply the bootstrap stack first: edl bootstrap.`,
    );
  }
  const key = `edl/templates/${sha256Hex(body)}.json`;
  await uploadTemplate(work.artifactsBucket, key, body);
  return { TemplateURL: `https://${work.artifactsBucket}.s3.${work.region}.amazonaws.com/${key}` };
};
