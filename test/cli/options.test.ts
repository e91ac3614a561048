import { describe, expect, it } from 'vitest';
import { parseAsOf, parsePort } from '../../src/cli/options.ts';

describe('--as-of', () => {
  it.each([
    ['2026-11-22', '2026-11-22T00:00:00Z'],
    ['2028-02-29', '2028-02-29T00:00:00Z'],
    ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00Z'],
    ['2026-11-22T10:00:00.5Z', '2026-11-22T10:00:00Z'],
    ['2026-11-22T00:30+01:00', '2026-11-21T23:30:00Z'],
  ])('%s is %s', (text, expected) => {
    expect(parseAsOf(text)).toBe(expected);
  });

  it.each([
    ['no date', 'tomorrow'],
    ['nothing', ''],
    ['a day that no calendar has', '2027-02-30'],
    ['a time that no clock has', '2026-11-22T25:00:00Z'],
    ['a time without its zone, which would mean another moment on another computer', '2026-11-22T10:00:00'],
    ['the same with a space', '2026-11-22 10:00'],
  ])('refuses %s', (_, text) => {
    expect(() => parseAsOf(text)).toThrow('Write a day');
  });
});

describe('--port', () => {
  it('takes a port', () => {
    expect(parsePort('4600')).toBe(4600);
  });

  it.each(['abc', '', '0', '-1', '65536', '1e3'])('refuses "%s"', (text) => {
    expect(() => parsePort(text)).toThrow('from 1 to 65535');
  });
});
