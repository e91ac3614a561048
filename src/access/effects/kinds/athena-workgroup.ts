import { objectOf, sameJson, textOf } from '../../../reconciler/model/json.ts';
import {
  always,
  type Change,
  changed,
  gone,
  harmless,
  is,
  type KindEffects,
  larger,
  off,
  on,
  otherwise,
  rule,
  UNKNOWN_PART,
} from '../rule.ts';

const CONFIGURATION = '/WorkGroupConfiguration';

const resultsText = ({ live, declared }: Change): string => {
  const [now, wanted] = [objectOf(live), objectOf(declared)];
  const place = textOf(now['OutputLocation'] ?? '');
  if (sameJson(now['OutputLocation'], wanted['OutputLocation'])) return 'results of queries are encrypted otherwise';
  return place === '' ? 'results of queries no longer go where git says' : `results of queries go to ${place}`;
};

/** Workgroups: where results of queries go, and how much one query may read. They give nobody a right to data. */
export const ATHENA_WORKGROUP: KindEffects = {
  kind: 'athena-workgroup',
  parts: [
    rule('/State', is('DISABLED'), 'narrows', 'nobody can query in the workgroup'),
    rule('/State', otherwise, 'widens', 'queries run in a workgroup that git keeps disabled'),
    rule(
      `${CONFIGURATION}/EnforceWorkGroupConfiguration`,
      off,
      'widens',
      'who queries chooses where results go, how they are encrypted and how much is read',
    ),
    rule(
      `${CONFIGURATION}/EnforceWorkGroupConfiguration`,
      otherwise,
      'narrows',
      'who queries can no longer choose where results go',
    ),
    rule(`${CONFIGURATION}/ResultConfiguration`, changed, 'widens', {
      text: 'names where results go',
      tell: resultsText,
    }),
    rule(
      `${CONFIGURATION}/ManagedQueryResultsConfiguration`,
      changed,
      'widens',
      'results of queries are no longer kept by Athena alone, or are encrypted otherwise',
    ),
    rule(
      `${CONFIGURATION}/EnableMinimumEncryptionConfiguration`,
      on,
      'narrows',
      'results must be encrypted more strongly than git asks',
    ),
    rule(
      `${CONFIGURATION}/EnableMinimumEncryptionConfiguration`,
      otherwise,
      'widens',
      'results may be encrypted more weakly',
    ),
    rule(
      `${CONFIGURATION}/CustomerContentEncryptionConfiguration`,
      changed,
      'widens',
      'what the workgroup keeps is encrypted with another key',
    ),
    rule(`${CONFIGURATION}/ExecutionRole`, changed, 'widens', 'queries run with the rights of another role'),
    rule(
      `${CONFIGURATION}/BytesScannedCutoffPerQuery`,
      gone,
      'neutral',
      'a query may read as much as it likes, which costs money',
    ),
    rule(
      `${CONFIGURATION}/BytesScannedCutoffPerQuery`,
      larger('larger', Number.POSITIVE_INFINITY),
      'neutral',
      'a query may read more before it is stopped, which costs money',
    ),
    rule(
      `${CONFIGURATION}/BytesScannedCutoffPerQuery`,
      otherwise,
      'narrows',
      'queries are stopped sooner than git says',
    ),
    rule(
      `${CONFIGURATION}/PublishCloudWatchMetricsEnabled`,
      off,
      'neutral',
      'nobody sees how much the workgroup reads',
    ),
    rule(`${CONFIGURATION}/PublishCloudWatchMetricsEnabled`, otherwise, 'neutral'),
    rule(`${CONFIGURATION}/RequesterPaysEnabled`, changed, 'neutral', 'who pays for reading buckets of others changed'),
    ...harmless(`${CONFIGURATION}/EngineVersion`, `${CONFIGURATION}/AdditionalConfiguration`, '/Description'),
    UNKNOWN_PART,
  ],
  missing: [always('narrows', 'whose workgroup it is cannot query')],
  undeclared: [
    always(
      'widens',
      'roles of the lake may query in any workgroup with such a name, and no limit of git holds in this one',
    ),
  ],
};
