import { asJson, isJsonObject, type Json, textOf } from '../model/json.ts';
import type { DesiredState, Stack } from '../model/resource.ts';

/** A file to write; `path` is relative to the output folder, with `/`. */
export interface OutputFile {
  readonly path: string;
  readonly content: string;
}

const pretty = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`;

const templatePath = (stack: Stack): string => `stacks/${stack.name}.template.json`;

const describeStack = (stack: Stack) => ({
  name: stack.name,
  region: stack.region,
  driver: stack.driver,
  digest: stack.digest,
  dependsOn: stack.dependsOn,
  bootstrap: stack.bootstrap,
  resources: stack.resources.length,
  file: stack.template === undefined ? 'glue.json' : templatePath(stack),
});

/** Which uploads hold which bytes: an artifact's key ends in the sha256 of its content. */
const describeBlobs = (desired: DesiredState) =>
  desired.blobs.map(({ sha256, contentType, bytes }) => ({
    sha256,
    contentType,
    bytes: bytes.length,
    keys: desired.resources
      .map(({ properties }) => `s3://${textOf(properties['Bucket'])}/${textOf(properties['Key'])}`)
      .filter((location) => location.includes(sha256)),
  }));

/**
 * What `edl compile --out DIR` writes: each template, what goes through the Glue and S3 APIs in `glue.json`, and a
 * manifest. The bytes of uploads are not written; the manifest tells their digests and keys.
 */
export const renderCompileOutput = (desired: DesiredState): readonly OutputFile[] => {
  const templates = desired.stacks.filter((stack) => isJsonObject(stack.template));
  const others = desired.stacks.filter((stack) => stack.template === undefined);
  const manifest = {
    formatVersion: '1',
    organization: desired.organization,
    instance: desired.instance,
    account: desired.account,
    homeRegion: desired.homeRegion,
    regions: desired.regions,
    asOf: desired.asOf,
    catalogDigest: desired.catalogDigest,
    stacks: desired.stacks.map(describeStack),
    blobs: describeBlobs(desired),
  };
  const glue = {
    stacks: others.map(({ name, region, driver, digest, resources }) => ({
      name,
      region,
      driver,
      digest,
      resources: resources.map(({ id, type, dependsOn, properties }) => ({ id, type, dependsOn, properties })),
    })),
  };
  return [
    ...templates.map((stack) => ({ path: templatePath(stack), content: pretty(asJson(stack.template)) })),
    { path: 'glue.json', content: pretty(asJson(glue)) },
    { path: 'manifest.json', content: pretty(asJson(manifest)) },
  ];
};
