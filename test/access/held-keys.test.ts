import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import { allow, BUCKET, encrypted, held, INTERNAL_BUCKET, only, until } from './held-support.ts';

describe('in a tier with a key of its own', () => {
  const KEYS = 'arn:aws:kms:eu-west-1:111111111111:key/';
  const DROPS = 'arn:aws:s3:::acme-datalake-drop-dev01-sensitive-eu-west-1';
  const read = allow('s3:GetObject', `${BUCKET}/sales/data/*`);
  const byAlias = (alias: string, region = 'eu-west-1'): JsonObject => ({
    'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias },
    StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
  });
  const ours = byAlias('alias/edl-dev01-sensitive');
  const lacks = (row: string, action: string) => ({
    rows: [],
    expired: [],
    conditional: [`${row}: lacks ${action} on the key that the tier's objects are encrypted with`],
  });

  it.each([
    ['by its alias, through S3', allow('kms:Decrypt', `${KEYS}*`, ours)],
    ['by any key', allow('kms:*', '*')],
    ['by its id, where that is known', allow('kms:Decrypt', `${KEYS}1234`)],
  ])('the key is given %s', (_name, statement) => {
    const known = { ...encrypted, keys: [{ tier: 'sensitive', region: 'eu-west-1', id: '1234' }] };
    expect(held([read, statement], { world: known })).toEqual(only(['read sensitive/sales']));
  });

  it.each([
    ['nothing', allow('ec2:*', '*')],
    ['the key of another tier', allow('kms:Decrypt', `${KEYS}*`, byAlias('alias/edl-dev01-restricted'))],
    ['the key of another region', allow('kms:Decrypt', `${KEYS}*`, byAlias('alias/edl-dev01-sensitive', 'us-east-1'))],
    ['a key of another id', allow('kms:Decrypt', `${KEYS}1234`)],
    ['encryption alone', allow('kms:GenerateDataKey', `${KEYS}*`)],
  ])('%s does not open what the storage gives', (_name, statement) => {
    expect(held([read, statement], { world: encrypted })).toEqual(lacks('read sensitive/sales', 'kms:Decrypt'));
  });

  it('writing needs the right to encrypt', () => {
    const drop = allow('s3:PutObject', `${DROPS}/sales/*`);
    expect(held([drop, allow('kms:GenerateDataKey', '*')], { world: encrypted })).toEqual(
      only(['write sensitive/sales']),
    );
    expect(held([drop, allow('kms:Decrypt', '*')], { world: encrypted })).toEqual(
      lacks('write sensitive/sales', 'kms:GenerateDataKey'),
    );
  });

  it('the key ends access when it ends first', () => {
    const key = allow('kms:Decrypt', '*', until('2026-07-01T00:00:00Z'));
    expect(held([read, key], { world: encrypted })).toEqual(only(['read sensitive/sales until 2026-06-30']));
  });

  it('a deny on the key counts', () => {
    const refusal = { Effect: 'Deny', Action: 'kms:Decrypt', Resource: '*' };
    expect(held([read, allow('kms:*', '*'), refusal], { world: encrypted })).toEqual(
      lacks('read sensitive/sales', 'kms:Decrypt'),
    );
  });

  it('a tier without one asks for no key', () => {
    expect(held([allow('s3:GetObject', `${INTERNAL_BUCKET}/*`)], { world: encrypted })).toEqual(
      only(['read-raw internal/*']),
    );
  });
});
