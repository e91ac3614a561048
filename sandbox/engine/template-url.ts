import { bodyText } from '../protocol/call.ts';
import { AwsError, validationError } from '../protocol/errors.ts';
import type { Services } from '../services.ts';

const MAX_BYTES = 1_000_000;

/** Bucket and key of a template's address: virtual-host style, path style, or path style at the sandbox's own address. */
const pathOf = (address: string): string | undefined => {
  if (!URL.canParse(address)) return undefined;
  const { hostname, pathname } = new URL(address);
  const virtual = /^(.+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com$/.exec(hostname)?.[1];
  if (virtual !== undefined) return `/${virtual}${pathname}`;
  const isPathStyle =
    /^s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com$/.test(hostname) || hostname === '127.0.0.1' || hostname === 'localhost';
  return isPathStyle ? pathname : undefined;
};

/** Reads a template from S3 with the caller's account (cloudformation-limits, API_CreateStack). */
export const readTemplateUrl = async (services: Services, address: string): Promise<string> => {
  const path = pathOf(address);
  if (path === undefined) throw validationError('TemplateURL must be a supported URL.');
  try {
    const body = bodyText(await services.s3('GET', path));
    if (Buffer.byteLength(body) > MAX_BYTES)
      throw validationError(`Template may not exceed ${MAX_BYTES} bytes in size.`);
    return body;
  } catch (error) {
    if (error instanceof AwsError && error.code !== 'ValidationError') {
      throw validationError(
        `S3 error: ${error.message}\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html`,
      );
    }
    throw error;
  }
};
