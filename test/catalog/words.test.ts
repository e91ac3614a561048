import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTypeMistake } from '../../src/catalog/check/column-type.ts';
import { findScheduleMistake } from '../../src/catalog/check/schedule.ts';
import { editDistance, nearest } from '../../src/catalog/nearest.ts';

describe('nearest', () => {
  it.each([
    ['trails', ['trials', 'sites'], 'trials'],
    ['teir', ['tier', 'owner'], 'tier'],
    ['Tier', ['tier'], 'tier'],
    ['dmoain', ['domain', 'name'], 'domain'],
    ['sales-eu', ['sales-us', 'sales-ap', 'sales'], 'sales-ap'],
    ['completely-else', ['tier', 'owner'], undefined],
    ['ab', ['xy'], undefined],
    ['x'.repeat(500), ['x'.repeat(499)], undefined],
  ])('%s among %j is %s', (text, candidates, expected) => {
    expect(nearest(text, candidates)).toBe(expected);
  });

  it('measures as a distance should', () => {
    const text = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(editDistance(left, right)).toBe(editDistance(right, left));
        expect(editDistance(left, right) === 0).toBe(left === right);
        expect(editDistance(left, right)).toBeGreaterThanOrEqual(Math.abs(left.length - right.length));
        expect(editDistance(left, right)).toBeLessThanOrEqual(Math.max(left.length, right.length));
      }),
    );
  });
});

describe('column types', () => {
  it.each([
    'string',
    'bigint',
    'decimal(38,0)',
    'decimal(18, 2)',
    'char(1)',
    'varchar(65535)',
    'array<string>',
    'map<string,array<int>>',
    'struct<code:string,value:decimal(10,2),tags:array<struct<name:string>>>',
    'date',
    'timestamp',
    'binary',
  ])('knows %s', (type) => {
    expect(findTypeMistake(type)).toBeUndefined();
  });

  it.each([
    ['integer', 'int'],
    ['String', 'string'],
    ['long', 'bigint'],
    ['array<text>', 'string'],
    ['struct<a:map<string,number>>', 'decimal(18,2)'],
    ['decimal(39,2)', 'decimal(38,10)'],
    ['decimal(2,3)', 'decimal(38,10)'],
    ['struct<string>', 'struct<name:string>'],
    ['decimal', undefined],
    ['array<string', undefined],
    ['array<string,int>', undefined],
    ['map<string>', undefined],
    ['array<>', undefined],
    ['string>', undefined],
    ['varchar(0)', undefined],
    ['array<a>b<c>', undefined],
    ['map<string,int>>', undefined],
  ])('does not know %s, and may offer %s', (type, instead) => {
    const mistake = findTypeMistake(type);
    expect(mistake).toBeDefined();
    expect(mistake?.instead).toBe(instead);
  });
});

describe('schedules', () => {
  it.each([
    'cron(15 4 * * ? *)',
    'cron(0 3 ? * MON *)',
    'cron(0/15 * * * ? *)',
    'cron(0 8 1,15 * ? *)',
    'cron(0 8 L * ? *)',
    'cron(0 8 ? JAN-MAR MON-FRI 2027)',
    'cron(0 8 ? * 2#1 *)',
    'cron(0 8 ? * mon *)',
    'cron( 0 8 15W * ? * )',
  ])('can fire: %s', (schedule) => {
    expect(findScheduleMistake(schedule)).toBeUndefined();
  });

  it.each([
    ['cron(15 4 * * ?)', 'five fields instead of six'.replace('five', '5')],
    ['cron()', '1 fields'],
    ['cron(60 4 * * ? *)', '"60" is no minutes'],
    ['cron(0 24 * * ? *)', '"24" is no hours'],
    ['cron(0 0 32 * ? *)', '"32" is no day of month'],
    ['cron(0 0 1 13 ? *)', '"13" is no month'],
    ['cron(0 0 ? * 8 *)', '"8" is no day of week'],
    ['cron(0 0 ? * MON 1969)', '"1969" is no year'],
    ['cron(5-1 0 ? * MON *)', '"5-1" is no minutes'],
    ['cron(*/0 0 ? * MON *)', '"*/0" is no minutes'],
    ['cron(1- 0 ? * MON *)', '"1-" is no minutes'],
    ['cron(0 0 * * * *)', 'exactly one of day of month and day of week'],
    ['cron(0 0 ? * ? *)', 'exactly one of day of month and day of week'],
  ])('never fires: %s', (schedule, reason) => {
    expect(findScheduleMistake(schedule)).toContain(reason);
  });
});
