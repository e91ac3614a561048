import { expect, it } from 'vitest';
import type { HistoryAnswer, WhoAtAnswer } from '../../src/report/history-answers.ts';
import { validate } from '../history/journal-schema.ts';

const HISTORY: HistoryAnswer = {
  formatVersion: '1',
  question: 'history',
  instance: 'dev01',
  total: 1,
  entries: [{ ordinal: 1, at: '2026-11-22T10:00:00Z', by: 'arn:x', kind: 'heal', outcome: 'open' }],
};
const WHO: WhoAtAnswer = {
  formatVersion: '1',
  question: 'who-at',
  instance: 'dev01',
  dataset: 'sites',
  at: '2026-11-22',
  isKnown: true,
  entries: [1],
  access: [{ principal: 'team:a', dataset: '*', tier: 'internal', level: 'read', until: '2026-12-31', lost: 2 }],
  heals: [],
  notes: [],
};

it('the schema of journals takes the answers, and nothing else', () => {
  for (const answer of [HISTORY, WHO]) expect(validate(answer) ? [] : validate.errors).toEqual([]);
  expect(validate({ ...WHO, isKnown: 'yes' })).toBe(false);
  expect(validate({ ...HISTORY, entries: [{ ordinal: 1 }] })).toBe(false);
});
