import { CloudTrailClient, type Event, paginateLookupEvents } from '@aws-sdk/client-cloudtrail';
import { type Json, objectOf, textOf } from '../../reconciler/model/json.ts';
import type { Trail, TrailEvent } from '../../reconciler/model/trail.ts';
import { perRegion, type Wire } from '../clients.ts';
import { whileDoing } from '../errors.ts';
import { parseJsonObject } from '../parse.ts';

/** The most in one page (awscloudtrail/latest/APIReference/API_LookupEvents); two lookups a second are allowed. */
const PAGE_SIZE = 50;
const MOST_PAGES = 4;

/** A role's session has an ARN, a service acting for itself only a name. */
const callerOf = (identity: Json | undefined, username: string | undefined): string => {
  const { arn, invokedBy, userName, accountId } = objectOf(identity);
  const known = [arn, invokedBy, userName, username, accountId].map(textOf).find((name) => name !== '');
  return known ?? 'somebody unknown';
};

const asEvent = (event: Event): TrailEvent => {
  const record = parseJsonObject(event.CloudTrailEvent ?? '{}', `the event ${event.EventId ?? ''} of CloudTrail`);
  const identity = record['userIdentity'];
  const invokedBy = textOf(objectOf(identity)['invokedBy']);
  const sourceIp = textOf(record['sourceIPAddress']);
  return {
    id: event.EventId ?? '',
    name: event.EventName ?? '',
    at: (event.EventTime ?? new Date(0)).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    by: callerOf(identity, event.Username),
    ...(invokedBy === '' ? {} : { invokedBy }),
    ...(sourceIp === '' ? {} : { sourceIp }),
    isRefused: record['errorCode'] !== undefined,
    parameters: JSON.stringify(record['requestParameters'] ?? {}),
  };
};

/** Reads CloudTrail's event history, which every account has without a trail of its own. */
export const cloudTrail = (wire: Wire): Trail => {
  const clientOf = perRegion((region) => wire.instrument('cloudtrail', new CloudTrailClient(wire.settings(region))));
  return {
    events: ({ region, attribute, value, since }) =>
      whileDoing(`look up in CloudTrail who changed ${value}`, async () => {
        const found: TrailEvent[] = [];
        const pages = paginateLookupEvents(
          { client: clientOf(region), pageSize: PAGE_SIZE },
          { LookupAttributes: [{ AttributeKey: attribute, AttributeValue: value }], StartTime: new Date(since) },
        );
        let read = 0;
        for await (const page of pages) {
          found.push(...(page.Events ?? []).map(asEvent));
          read += 1;
          if (read === MOST_PAGES) break;
        }
        return found;
      }),
  };
};
