import type { Call } from '../protocol/call.ts';

/** Records by name for each account and region, created on first use. */
export interface Places<T> {
  of(call: Pick<Call, 'account' | 'region'>): Map<string, T>;
  clear(): void;
}

export const newPlaces = <T>(first: () => Map<string, T> = () => new Map<string, T>()): Places<T> => {
  const places = new Map<string, Map<string, T>>();
  return {
    of({ account, region }) {
      const key = `${account}/${region}`;
      const found = places.get(key) ?? first();
      places.set(key, found);
      return found;
    },
    clear() {
      places.clear();
    },
  };
};
