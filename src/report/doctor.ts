import type { Check, CheckStatus, Health } from '../reconciler/model/doctor.ts';
import { wrapText } from './layout.ts';
import type { Paint } from './paint.ts';

const WIDTH = 100;
const SIGNS: Readonly<Record<CheckStatus, string>> = { good: '✓', warning: '!', broken: '✗' };

const paintSign = (paint: Paint, status: CheckStatus): string => {
  const sign = SIGNS[status];
  switch (status) {
    case 'good':
      return paint.green(sign);
    case 'warning':
      return paint.yellow(sign);
    case 'broken':
      return paint.red(sign);
  }
};

const count = ({ checks }: Health, wanted: CheckStatus): number =>
  checks.filter(({ status }) => status === wanted).length;

/** `Doctor: 14 good, 1 to look at, 0 broken.` */
export const doctorLine = (health: Health): string =>
  `Doctor: ${count(health, 'good')} good, ${count(health, 'warning')} to look at, ${count(health, 'broken')} broken.`;

const linesOf = ({ name, status, found, action }: Check, paint: Paint): readonly string[] => {
  const [first = '', ...rest] = wrapText(`${name}: ${found}`, WIDTH, '    ');
  return [
    `  ${paintSign(paint, status)} ${first.trimStart()}`,
    ...rest,
    ...(action === undefined ? [] : wrapText(`→ ${action}`, WIDTH, '      ')),
  ];
};

/** What the doctor found, for a terminal: a line a check, and what to do under each that is not good. */
export const renderDoctorText = (health: Health, paint: Paint): string =>
  `${[
    paint.bold(`${health.instance}: account ${health.account}, ${health.regions.join(', ')}`),
    '',
    ...health.checks.flatMap((check) => linesOf(check, paint)),
    '',
    paint.bold(doctorLine(health)),
  ].join('\n')}\n`;

/** What the doctor found, as one JSON value; see schemas/doctor.schema.json. */
export const renderDoctorJson = (health: Health): string =>
  `${JSON.stringify({ formatVersion: '1', ...health }, null, 2)}\n`;
