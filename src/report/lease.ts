import type { Lease, LeaseView } from '../reconciler/model/lease.ts';

const wholeSeconds = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  return whole === 1 ? '1 second' : `${whole} seconds`;
};

const holderLines = ({ holder, acquiredAt, epoch, state, renewedAt }: Lease): readonly string[] => [
  `  who      ${holder.who}`,
  `  where    ${holder.host}, process ${holder.pid}, run ${holder.run}`,
  `  doing    edl ${holder.command}${holder.commit === undefined ? '' : ` of commit ${holder.commit}`}`,
  `  since    ${acquiredAt} (lease number ${epoch})`,
  ...(state === 'released' ? [`  until    ${renewedAt}`] : []),
];

/** A lease that claims more time than any run may have was spoiled; it is told, since nobody else would find it. */
const limitLines = ({ lease, limitSeconds }: LeaseView): readonly string[] =>
  lease === undefined || limitSeconds === undefined
    ? []
    : [
        `It claims ${lease.state === 'released' ? (lease.lingerSeconds ?? 0) : lease.ttlSeconds} seconds, which is out of bounds: no EDL writes that. It is judged by ${limitSeconds} seconds.`,
      ];

const headline = (view: LeaseView): readonly string[] => {
  const { instance, place, state, lease, ageSeconds = 0, restSeconds = 0 } = view;
  switch (state) {
    case 'none':
      return [`Nobody has ever held the lease of ${instance} (${place}).`];
    case 'unreadable':
      return [
        `${place} is no lease, so nothing can be written to ${instance}.`,
        `Look at who wrote it; if no apply is running: edl lease release --instance ${instance}`,
      ];
    case 'newer':
      return [
        `${place} was written by a newer EDL, in format ${view.format ?? '?'}; this one knows only format 1.`,
        'It may be at work, so this one writes nothing. Update it.',
      ];
    case 'removed':
      return [
        `Somebody removed ${place}. A run that had the lease notices within half a minute, and stops.`,
        'The next apply waits a minute for that, and makes the lease anew.',
      ];
    case 'foreign':
      return [
        `${place} is not the lease of ${instance} but of ${lease?.instance ?? '?'}, so nothing can be written to ${instance}.`,
        `It was copied here, or two lakes write to one bucket. If no apply is running: edl lease release --instance ${instance}`,
        `The last one who had it:`,
      ];
    case 'released': {
      const by = lease?.releasedBy === undefined ? '' : ` It was taken away by ${lease.releasedBy}.`;
      const free =
        restSeconds === 0
          ? 'is free'
          : `will be free in ${wholeSeconds(restSeconds)}, when no call of the last one can be on its way`;
      return [`The lease of ${instance} ${free}.${by} The last one who had it:`];
    }
    case 'held':
      return [
        `The lease of ${instance} is held; its holder gave a sign of life ${wholeSeconds(ageSeconds)} ago.`,
        `It ends ${view.limitSeconds ?? lease?.ttlSeconds ?? 0} seconds after the last one.`,
      ];
    case 'killed':
      return [
        `The lease of ${instance} is held by a run that was killed: process ${lease?.holder.pid ?? 0} of this computer is gone.`,
        'The next apply on this computer goes on after it at once; on another one, when the lease has ended.',
      ];
    case 'expired':
      return [
        `The lease of ${instance} has ended: its holder gave no sign of life for ${wholeSeconds(ageSeconds)}.`,
        'The next apply takes it over. What the holder began goes on in AWS, and the next apply completes it.',
      ];
  }
};

/** A lease as one JSON value; see schemas/lease.schema.json. */
export const renderLeaseJson = (view: LeaseView): string => JSON.stringify({ formatVersion: '1', ...view }, null, 2);

/** A lease for people: whether it is held, by whom and since when. */
export const renderLeaseText = (view: LeaseView): string =>
  [...headline(view), ...limitLines(view), ...(view.lease === undefined ? [] : holderLines(view.lease))].join('\n');
