import { describe, expect, it } from 'vitest';
import { whyDenied } from '../../src/app/why-denied.ts';
import { plain, type Paint } from '../../src/report/paint.ts';
import {
  renderWhyDeniedJson,
  renderWhyDeniedMarkdown,
  renderWhyDeniedText,
  type WhyDeniedAnswer,
} from '../../src/report/why-denied.ts';
import { get, GRANTS } from '../access/denied-messages.ts';
import { CALLERS } from '../access/denied-messages-callers.ts';
import { AS_OF } from '../catalog/support.ts';
import { REPOSITORY } from '../support/edl.ts';
import { expectGolden } from './golden.ts';

const answerTo = async (text: string): Promise<WhyDeniedAnswer> => {
  const outcome = await whyDenied({ cwd: REPOSITORY, asOf: AS_OF, today: AS_OF, text }, { emit: () => undefined });
  if (outcome.status !== 'answered') throw new Error(outcome.status);
  return outcome;
};

const example = (name: string): string => [...GRANTS, ...CALLERS].find((one) => one.name === name)?.text ?? '';

const GRANT = await answerTo(example('no grant at all'));
const ROLE = await answerTo(example('no role of the lake, but one that may take one'));
const TWO = await answerTo(
  `${example('read where raw is asked for')}\n${get('edl-prod-team-security', 'sensitive', 'payroll/data/u/a')}`,
);

describe('why-denied', () => {
  it.each([
    ['why-denied-grant.txt', () => renderWhyDeniedText(GRANT, plain)],
    ['why-denied-role.txt', () => renderWhyDeniedText(ROLE, plain)],
    ['why-denied-two.txt', () => renderWhyDeniedText(TWO, plain)],
    ['why-denied-two.md', () => renderWhyDeniedMarkdown(TWO)],
    ['why-denied-grant.json', () => renderWhyDeniedJson(GRANT)],
  ])('%s', (name, render) => {
    expectGolden(name, render());
  });

  it('says the answer in its first line', () => {
    expect(renderWhyDeniedText(GRANT, plain).split('\n')[0]).toBe(
      'team:oncology has no grant that gives read on sensitive payroll in prod.',
    );
  });

  it('shows YAML that can be copied as it is', () => {
    expect(renderWhyDeniedText(GRANT, plain).split('\n')).toContain(
      '  - { dataset: payroll, level: read, expires: 2027-02-20 }',
    );
  });

  it('is the same text without its colours', () => {
    const marked: Paint = {
      ...plain,
      bold: (text) => `<${text}>`,
      cyan: (text) => `<${text}>`,
      dim: (text) => `<${text}>`,
    };
    expect(renderWhyDeniedText(ROLE, marked).replaceAll(/^<|>$/gm, '')).toBe(renderWhyDeniedText(ROLE, plain));
  });
});
