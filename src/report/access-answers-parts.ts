import { holderText, joined } from '../access/changes/describe.ts';
import { dayOf } from '../access/time.ts';
import type { Day } from '../reconciler/model/catalog.ts';
import type { AccessHolder } from '../reconciler/model/resource.ts';
import type { AskedDataset, Because, DefaultRole, IdleLine } from './access-answers.ts';
import { minuteOf } from './layout.ts';

/** `team:oncology`; everybody and third parties with the tier or dataset that their name needs. */
export const holderName = (holder: AccessHolder): string =>
  holder.startsWith('everyone:') ? `everyone (${holder})` : holderText(holder);

/** The reserved role of a permission set, by the name that people know; other callers as they are. */
export const callerText = (caller: string): string => {
  const [, permissionSet] = /\/AWSReservedSSO_(.+)_\?{16}$/.exec(caller) ?? [];
  return permissionSet === undefined ? caller : `permission set ${permissionSet} of IAM Identity Center`;
};

/** What a default role gives, which role it is and who may take it. */
export const defaultRoleText = ({ principal, tier, arn, callers }: DefaultRole): string =>
  `the default role ${principal} reads all ${tier} data without a grant; ${callers.length === 0 ? 'nobody' : joined(callers.map(callerText))} may take it: ${arn}`;

/** Of a day before today: what files say about a day is not what they said on it. */
export const pastLines = (asOf: string, today: string | undefined): readonly string[] => {
  const [day, now = day] = [dayOf(asOf), ...(today === undefined ? [] : [dayOf(today)])];
  return day < now
    ? [`Today's files, judged as of ${day}; for what was declared then, check out that day's revision with git.`]
    : [];
};

/** The end of a right in a column. */
export const untilCell = (until: Day | undefined): string => until ?? 'no end';

/** `catalog/grants/x.yaml:5`. */
export const placeText = ({ file, line }: { readonly file: string; readonly line: number }): string =>
  `${file}:${line}`;

/** What a declaration is, beside its place; nothing for a grant that names the dataset itself. */
const originText = ({ by, target, level }: Because, dataset: string): string => {
  switch (by) {
    case 'grant':
      return target === dataset ? '' : target;
    case 'pipeline':
      return level === 'run-write' ? 'its output' : 'its input';
    case 'default-role':
      return 'default role';
    case 'exposed':
      return 'exposed to third parties';
    case 'open-metadata':
      return 'open metadata: comes with any grant in the tier';
  }
};

/** Why somebody holds something: the place first, then what it is, then the reason that its file gives. */
export const becauseText = (because: Because, dataset: string): string => {
  const origin = originText(because, dataset);
  if (because.by === 'open-metadata') return origin;
  return [placeText(because), origin, because.reason ?? ''].filter((part) => part !== '').join('  ');
};

/** A dataset with its tier. */
export const datasetName = ({ name, tier }: AskedDataset): string => `${tier} ${name}`;

/** `as of 2026-11-22 10:00 UTC`. */
export const asOfText = (asOf: string): string => `as of ${minuteOf(asOf)}`;

/** What to know of a dataset that does not count in the instance, or not any more; empty where it does. */
export const stateText = (dataset: AskedDataset, instance: string): string => {
  const { name, state, retiredOn = '', instances } = dataset;
  switch (state) {
    case 'present':
      return retiredOn === '' ? '' : `It is to be retired on ${retiredOn}; every grant on it ends the day before.`;
    case 'retired':
      return `${name} was retired on ${retiredOn}: grants on it have ended. Its files stay, and who reads the whole tier still reads them.`;
    case 'absent': {
      const others =
        instances.length === 0 ? 'no instance does' : `${joined(instances)} ${instances.length === 1 ? 'does' : 'do'}`;
      return `The instance ${instance} does not have ${name}; ${others}.`;
    }
  }
};

/** Why a line of a grant gives nothing, in words. */
export const idleText = ({ why, expires = '', instances = [] }: IdleLine): string => {
  switch (why) {
    case 'expired':
      return `ended with ${expires}`;
    case 'other-instance':
      return `only in ${joined(instances)}`;
    case 'retired':
      return 'the dataset is retired';
    case 'absent':
      return 'not in this instance';
    case 'no-dataset':
      return 'no dataset meets it yet';
  }
};
