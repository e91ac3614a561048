import { describe, expect, it } from 'vitest';
import { parseShare, parseSpeed } from '../../src/cli/options.ts';

describe('a share of calls', () => {
  it.each([
    ['0', 0],
    ['0.3', 0.3],
    ['1', 1],
    ['30%', 0.3],
    ['2.5%', 0.025],
    ['100%', 1],
  ])('%s', (text, share) => {
    expect(parseShare(text)).toBeCloseTo(share, 10);
  });

  it.each(['', '30', '101%', '-0.1', '.3', '1e-1', 'x', '%', '0,3'])('refuses "%s"', (text) => {
    expect(() => parseShare(text)).toThrow('Write a share from 0 to 1');
  });
});

describe('--speed', () => {
  it.each([
    ['0', 0],
    ['0.5', 0.5],
    ['100', 100],
  ])('%s', (text, speed) => {
    expect(parseSpeed(text)).toBe(speed);
  });

  it.each(['', '-1', 'fast', '1e3', '2x'])('refuses "%s"', (text) => {
    expect(() => parseSpeed(text)).toThrow('1 for the pace of AWS');
  });
});
