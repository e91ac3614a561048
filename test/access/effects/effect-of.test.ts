import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/access/effects/decide.ts';
import { effectOfPart } from '../../../src/access/effects/effect-of.ts';
import { UNKNOWN_PART } from '../../../src/access/effects/rule.ts';
import { KIND_EFFECTS } from '../../../src/access/effects/tables.ts';
import type { PropertyChange } from '../../../src/reconciler/model/plan.ts';
import type { Case } from './cases.ts';
import { ACCESS_CASES } from './cases-access.ts';
import { JOB_CASES } from './cases-jobs.ts';
import { KEY_CASES } from './cases-keys.ts';
import { POLICY_CASES } from './cases-policies.ts';
import { STORE_CASES } from './cases-stores.ts';
import { WORK_CASES } from './cases-work.ts';

const CASES: readonly Case[] = [
  ...ACCESS_CASES,
  ...POLICY_CASES,
  ...STORE_CASES,
  ...KEY_CASES,
  ...WORK_CASES,
  ...JOB_CASES,
];

const sidesOf = ({ live, declared }: Case) => ({
  ...(live === undefined ? {} : { live }),
  ...(declared === undefined ? {} : { declared }),
});

const placesOf = ({ path, places = [path] }: Case): readonly string[] => places;

describe('what the change of a part means', () => {
  it.each(CASES.map((one) => [`${one.kind}: ${one.title}`, one] as const))('%s', (_title, one) => {
    const properties = placesOf(one).map((path): PropertyChange => ({ path, cause: 'drifted' }));
    expect(effectOfPart({ kind: one.kind, path: one.path, properties, ...sidesOf(one) })).toEqual({
      effect: one.effect,
      ...(one.meaning === undefined ? {} : { meaning: one.meaning }),
    });
  });

  it('both sides equal mean nothing', () => {
    const part = { kind: 'iam-role', path: '/Path', properties: [], live: '/a/', declared: '/a/' };
    expect(effectOfPart(part)).toEqual({ effect: 'neutral' });
  });
});

const ruleText = (kind: string, { path, when }: { path: string; when: { text: string } }): string =>
  `${kind} ${path} ${when.text}`;

it('each row of each table decides one of these cases', () => {
  const used = new Set(
    CASES.flatMap((one) => {
      const rules = KIND_EFFECTS.find(({ kind }) => kind === one.kind)?.parts ?? [];
      const part = { path: one.path, places: placesOf(one), ...sidesOf(one) };
      return decide(part, rules, UNKNOWN_PART).map(({ rule }) => ruleText(one.kind, rule));
    }),
  );
  const unused = KIND_EFFECTS.flatMap(({ kind, parts }) =>
    parts.map((rule) => ruleText(kind, rule)).filter((text) => !used.has(text)),
  );
  expect(unused).toEqual([]);
});
