/**
 * Keys are asked about under a made-up id, since the ids of keys that are only compiled do not exist yet. It is not of the
 * form that AWS gives, so it can never mean a real key.
 */
export const PROOF_KEY_ID = 'edl-proof';

/** The ARN that stands for the key of a tier in a region: whoever calls the proof maps the key's policy onto it. */
export const proofKeyArn = (account: string, region: string, tier: string): string =>
  `arn:aws:kms:${region}:${account}:key/${PROOF_KEY_ID}-${tier}`;
