import type { Aws } from '../../aws/create-aws.ts';
import { isEdited, resultOf, type JournalEntry } from '../../reconciler/journal/entry.ts';
import type { RunOutcome } from '../../reconciler/journal/lines.ts';
import { broken, good, warning, type Check } from '../../reconciler/model/doctor.ts';
import { viewLease, type LeaseView } from '../../reconciler/model/lease.ts';
import { commandLine, inLines } from '../../reconciler/model/message.ts';
import { artifactsBucket } from '../../reconciler/model/names.ts';
import type { DesiredState } from '../../reconciler/model/resource.ts';
import { durationOf } from '../../report/duration.ts';
import { minuteOf } from '../../report/layout.ts';
import { journalReader } from '../history/reader.ts';
import { thisComputer } from '../lease/computer.ts';
import { nameHolder } from '../lease/words.ts';
import { attempt } from './attempt.ts';
import { whatToAllow } from './permission.ts';

type Scope = Pick<DesiredState, 'organization' | 'instance' | 'account' | 'homeRegion'>;

const heldBy = ({ lease, ageSeconds = 0 }: LeaseView): string =>
  lease === undefined
    ? 'held'
    : `held by ${nameHolder(lease.holder)} since ${minuteOf(lease.acquiredAt)}, last sign of life ${durationOf(ageSeconds)} ago`;

const judgeLease = (view: LeaseView): Check => {
  const { instance, place, state } = view;
  const release = commandLine(`edl lease release --instance ${instance}`);
  switch (state) {
    case 'newer':
      return broken(
        'lease',
        `${place} was written by a newer EDL, in format ${view.format ?? '?'}`,
        'Update this EDL before it writes to the instance.',
      );
    case 'removed':
      return warning(
        'lease',
        `somebody removed ${place}`,
        `Ask who has rights to that bucket; edl apply --instance ${instance} waits a minute for whoever had it, and makes it anew.`,
      );
    case 'foreign':
      return broken(
        'lease',
        `${place} is the lease of ${view.lease?.instance ?? '?'}, so nothing can be written`,
        inLines('Look at who copied it there; if no apply is running:', release),
      );
    case 'none':
      return good('lease', 'nobody ever had it');
    case 'released':
      return good('lease', 'nobody has it');
    case 'held':
      return warning(
        'lease',
        heldBy(view),
        inLines('Wait until that run is done; apply waits as well. If it hangs, take its lease away with:', release),
      );
    case 'killed':
    case 'expired':
      return warning(
        'lease',
        `${heldBy(view)}; that run is dead`,
        inLines('The next apply takes it over and finishes the work:', commandLine(`edl apply --instance ${instance}`)),
      );
    case 'unreadable':
      return broken(
        'lease',
        `${place} is no lease, so nothing can be written`,
        inLines('Look at who wrote it; if no apply is running:', release),
      );
  }
};

/** How runs end that did not do all of their work. */
const ENDS: Readonly<Record<Exclude<RunOutcome, 'applied'>, string>> = {
  failed: 'which failed',
  partly: 'which failed in part',
  cancelled: 'which was stopped',
  abandoned: 'which was killed',
};

const judgeEntry = (ordinal: number, entry: JournalEntry | undefined, instance: string, isHeld: boolean): Check => {
  const show = commandLine(`edl history show ${ordinal} --instance ${instance}`);
  const apply = commandLine(`edl apply --instance ${instance}`);
  const verify = inLines('See what does not fit with:', commandLine(`edl history --verify --instance ${instance}`));
  if (entry === undefined) return broken('journal', `entry ${ordinal} is no entry any more`, verify);
  if (isEdited(entry)) return broken('journal', `entry ${ordinal} was changed after it was written`, verify);
  const result = resultOf(entry);
  const begun = `${entry.header.kind} of ${minuteOf(entry.header.at)} by ${entry.header.by}`;
  if (result?.outcome === 'applied') return good('journal', `entry ${ordinal} is the newest: ${begun}, applied`);
  if (result !== undefined)
    return warning(
      'journal',
      `entry ${ordinal} is the newest: ${begun}, ${ENDS[result.outcome]}`,
      inLines('See what it did with:', show, 'The next apply does what is left:', apply),
    );
  return isHeld
    ? good('journal', `entry ${ordinal} is being written: ${begun}`)
    : warning(
        'journal',
        `entry ${ordinal} has no end: ${begun}, which was killed`,
        inLines('See what it may have done with:', show, 'The next apply finishes that and closes the entry:', apply),
      );
};

const checkLease = async (aws: Pick<Aws, 'lease'>, scope: Scope, bucket: string) => {
  const { instance, account, homeRegion: region } = scope;
  const store = aws.lease({ region, account, bucket });
  const answer = await attempt(() => store.read());
  if (answer.status === 'failed')
    return { isHeld: false, check: broken('lease', answer.failure.message, whatToAllow(answer.failure)) };
  const view = viewLease(instance, store.place, answer.value, thisComputer());
  return { isHeld: view.state === 'held', check: judgeLease(view) };
};

const checkJournal = async (aws: Pick<Aws, 'journal'>, scope: Scope, bucket: string, isHeld: boolean) => {
  const { instance, account, homeRegion: region } = scope;
  const reader = journalReader(aws.journal({ region, account, bucket }));
  const answer = await attempt(async () => {
    const [newest] = (await reader.ordinals()) ?? [];
    return newest === undefined ? undefined : { newest, entry: await reader.entry(newest) };
  });
  if (answer.status === 'failed') return broken('journal', answer.failure.message, whatToAllow(answer.failure));
  if (answer.value === undefined) return good('journal', 'no entry yet');
  return judgeEntry(answer.value.newest, answer.value.entry, instance, isHeld);
};

/** Who is at work on the instance, and how the last run ended. Reads only. */
export const checkRecords = async (aws: Pick<Aws, 'lease' | 'journal'>, scope: Scope): Promise<readonly Check[]> => {
  const bucket = artifactsBucket(scope.organization, scope.instance, scope.homeRegion);
  const { isHeld, check } = await checkLease(aws, scope, bucket);
  return [check, await checkJournal(aws, scope, bucket, isHeld)];
};
