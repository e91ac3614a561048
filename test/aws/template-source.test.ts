import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { BODY_LIMIT_BYTES, templateSource, URL_LIMIT_BYTES } from '../../src/aws/cloudformation/template-source.ts';
import { sha256Hex } from '../../src/reconciler/model/digest.ts';
import { contextOf, workOf } from './fakes.ts';

/** A template of exactly so many bytes; `filler` may take more than one byte. */
const templateOf = (bytes: number, filler = 'x') => {
  const empty = JSON.stringify({ Description: '' });
  const width = Buffer.byteLength(filler);
  const rest = bytes - Buffer.byteLength(empty);
  return { Description: filler.repeat(Math.floor(rest / width)) + 'x'.repeat(rest % width) };
};

const uploads: { bucket: string; key: string; body: string }[] = [];
const contextWith = (artifactsBucket?: string) =>
  contextOf(
    new CloudFormationClient({ region: 'eu-west-1' }),
    workOf([], undefined, artifactsBucket === undefined ? {} : { artifactsBucket }),
    {
      uploadTemplate: (bucket, key, body) => {
        uploads.push({ bucket, key, body });
        return Promise.resolve();
      },
    },
  );

describe('templateSource', () => {
  it('sends what fits in the call itself', async () => {
    const template = templateOf(BODY_LIMIT_BYTES);
    expect(await templateSource(contextWith(), template)).toEqual({ TemplateBody: JSON.stringify(template) });
  });

  it('counts bytes and not characters', async () => {
    const template = templateOf(BODY_LIMIT_BYTES + 1, 'ä');
    expect(JSON.stringify(template).length).toBeLessThan(BODY_LIMIT_BYTES);
    await expect(templateSource(contextWith(), template)).rejects.toMatchObject({ code: 'EDL-4026' });
  });

  it('puts the rest into the artifacts bucket under its digest', async () => {
    const template = templateOf(BODY_LIMIT_BYTES + 1);
    const key = `edl/templates/${sha256Hex(JSON.stringify(template))}.json`;
    uploads.length = 0;
    expect(await templateSource(contextWith('acme-artifacts'), template)).toEqual({
      TemplateURL: `https://acme-artifacts.s3.eu-west-1.amazonaws.com/${key}`,
    });
    expect(uploads).toEqual([{ bucket: 'acme-artifacts', key, body: JSON.stringify(template) }]);
  });

  it('says that the bootstrap stack comes first', async () => {
    await expect(templateSource(contextWith(), templateOf(BODY_LIMIT_BYTES + 1))).rejects.toThrow(/edl bootstrap/);
  });

  it('refuses what CloudFormation never takes', async () => {
    const template = templateOf(URL_LIMIT_BYTES + 1);
    await expect(templateSource(contextWith('b'), template)).rejects.toThrow(/has 1000001 bytes/);
  });
});
