import type { Guard } from './guard.ts';

const NAME = 'unreadable';

/**
 * Unknown is not absent: what could not be read yields no changes, and a plan that does not see everything is not applied. One
 * property that no template holds (a key's grants) makes drift unknown, but nothing that apply writes.
 */
export const unreadable: Guard = {
  name: NAME,
  protects: 'what we cannot see: nothing is applied while a part of the lake could not be read',
  isAllowable: false,
  check: ({ plan }) =>
    plan.live.unreadable
      .filter(({ part }) => part === undefined)
      .map((entry) => ({
        code: 'EDL-3040',
        severity: 'error',
        summary: 'Part of the lake could not be read',
        detail: `Objects of kind ${entry.kind} in ${entry.region} could not be read, so the plan says nothing about them and must not be applied: ${entry.reason} Give the caller the missing permission, or try again when AWS answers.`,
        guard: NAME,
        target: entry.kind,
      })),
};
