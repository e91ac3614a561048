import { callerOf, locationIn, tableOf, trimValue } from './arns.ts';
import { form } from './facts.ts';
import type { DenialReason, DenyingPolicy } from './types.ts';

/**
 * The general form of IAM, with its variations: with or without quotes, resource, reason and the policy's ARN
 * (IAM/latest/UserGuide/troubleshoot_access-denied; the ARN since the Security Blog's "Enhanced access denied error messages
 * with policy ARNs"). Athena says "You are not authorized … on the resource" (athena/latest/ug/workgroups-troubleshooting).
 */
const STATEMENT = new RegExp(
  [
    `(?:User:?\\s+["'\`]?(?<caller>[^\\s"'\`]+)["'\`]?\\s+is|You\\s+are|Not|not|is\\s+not|(?<bare>arn:aws[\\w-]*:(?:iam|sts)::\\d{12}:\\S+)\\s+is)`,
    `\\s+(?:not\\s+)?authorized\\s+to\\s+perform:?\\s+["'\`\\[]?(?<action>[a-z][a-z0-9-]*:[A-Za-z*]+)["'\`\\]]?`,
    `(?:\\s+on\\s+(?:the\\s+)?resources?:\\s*["'\`]?(?<resource>[^\\s"'\`]+)["'\`]?|\\s+on\\s+(?:the|this)\\s+resource)?`,
  ].join(''),
  'g',
);

const POLICIES: readonly (readonly [words: RegExp, policy: DenyingPolicy])[] = [
  [/^identity[- ]based/i, 'identity'],
  [/^resource[- ]based/i, 'resource'],
  [/^permissions? boundary/i, 'boundary'],
  [/^session/i, 'session'],
  [/^service control/i, 'service-control'],
  [/^resource control/i, 'resource-control'],
  [/^(vpc )?endpoint|^vpc/i, 'vpc-endpoint'],
  [/^(role )?trust/i, 'trust'],
];

const policyOf = (words: string): DenyingPolicy | undefined =>
  POLICIES.find(([pattern]) => pattern.test(words.trim()))?.[1];

const EXPLICIT =
  /^[\s,.]*(?:with|due to|because of) an explicit deny in (?:an?|the) ([a-z -]{4,40}?)(?: policy|(?<=boundary)|(?<=policies))(?::\s*(arn:\S+)|\b)/i;
const IMPLICIT =
  /^[\s,.]*because no ([a-z -]{4,40}?)(?: policy| policies|(?<=boundary)) allows? the [\w:*-]+(?: action)?(?::\s*(arn:\S+))?/i;
/** KMS speaks of keys in words of its own (kms/latest/developerguide/policy-evaluation). */
const NO_KEY = /^[\s,.]*because the resource does not exist in this Region, no resource-based policies allow access/i;
const ANY_IMPLICIT = /^[\s,.]*because no ([a-z -]{4,40}?)(?: policy| policies|(?<=boundary)) allows?/i;

/** The reason that follows the statement, if AWS gives one. */
const reasonIn = (text: string): DenialReason | undefined => {
  const explicit = EXPLICIT.exec(text);
  const implicit = explicit === null ? (IMPLICIT.exec(text) ?? ANY_IMPLICIT.exec(text)) : null;
  const [, words = '', arn] = explicit ?? implicit ?? [];
  if (explicit === null && implicit === null)
    return NO_KEY.test(text) ? { kind: 'implicit', policy: 'resource' } : undefined;
  const policy = policyOf(words);
  if (policy === undefined) return undefined;
  const kind = explicit === null ? 'implicit' : 'explicit';
  return { kind, policy, ...(arn === undefined ? {} : { policyArn: trimValue(arn) }) };
};

/** Messages of the general form. */
export const iamForm = form(STATEMENT, (match, text) => {
  const { caller = '', bare = '', action = '', resource } = match.groups ?? {};
  if (!/\bnot\b/i.test(match[0])) return undefined;
  const arn = resource === undefined ? undefined : trimValue(resource);
  const named = arn === '*' || arn === undefined ? undefined : arn;
  const tail = text.slice(match.index + match[0].length, match.index + match[0].length + 400);
  return {
    action,
    isActionStated: true,
    resource: named,
    location: named === undefined ? undefined : locationIn(named),
    table: named === undefined ? undefined : tableOf(named),
    caller: callerOf(trimValue(caller === '' ? bare : caller)),
    why: reasonIn(tail),
    signs: NO_KEY.test(tail) ? ['unknown-key'] : [],
  };
});
