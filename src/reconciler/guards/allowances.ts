import type { Allowance } from '../model/catalog.ts';
import { at, type Diagnostic } from '../model/diagnostic.ts';
import type { GrantedAllowance } from '../model/plan.ts';
import type { Guard } from './guard.ts';

/** How a message begins to say that an allowance is possible. It ends with that, so that it can be left out once there is one. */
export const UNLESS_ALLOWED = 'If it must be so for a while';

/** Where allowances come from. */
export interface AllowanceSources {
  /** `allow` of lake.yaml. */
  readonly lake: readonly Allowance[];
  /** `--allow NAME` or `--allow NAME:TARGET`. */
  readonly flags: readonly string[];
}

const nameOf = (allowance: GrantedAllowance): string =>
  allowance.target === undefined ? allowance.guard : `${allowance.guard}:${allowance.target}`;

const fromFlag = (flag: string): GrantedAllowance => {
  const colon = flag.indexOf(':');
  return {
    guard: colon < 0 ? flag : flag.slice(0, colon),
    ...(colon < 0 ? {} : { target: flag.slice(colon + 1) }),
    reason: `--allow ${flag}`,
    source: 'flag',
  };
};

const fromLake = ({ guard, target, reason, declaredIn }: Allowance): GrantedAllowance => ({
  guard,
  ...(target === undefined ? {} : { target }),
  reason,
  source: 'lake',
  declaredIn,
});

const expired = (allowance: Allowance): Diagnostic => ({
  code: 'EDL-3050',
  severity: 'error',
  summary: 'Allowance is past its day',
  detail: `The allowance for guard ${allowance.guard} ("${allowance.reason}") held through ${allowance.until} and passes nothing any more. Remove it from "allow", or give it a later day if it is still needed.`,
  ...at(allowance.declaredIn),
  target: allowance.guard,
});

const impossible = (allowance: GrantedAllowance, guards: readonly Guard[]): readonly Diagnostic[] => {
  const guard = guards.find((one) => one.name === allowance.guard);
  if (guard?.isAllowable === true) return [];
  const allowable = guards.filter((one) => one.isAllowable).map((one) => one.name);
  const why = guard === undefined ? 'There is no such guard' : 'No allowance passes this guard';
  return [
    {
      code: 'EDL-3052',
      severity: 'error',
      summary: 'Allowance for a guard that takes none',
      detail: `"${nameOf(allowance)}" is allowed, but it has no effect. ${why}; allowances exist for ${allowable.join(', ')}.`,
      ...at(allowance.declaredIn),
      target: allowance.guard,
    },
  ];
};

/** A reviewed allowance may wait for another instance of the lake, so only one given by hand must match. */
const unused = (allowance: GrantedAllowance): Diagnostic => ({
  code: 'EDL-3051',
  severity: allowance.source === 'flag' ? 'error' : 'warning',
  summary: 'Allowance matches nothing',
  detail:
    allowance.source === 'flag'
      ? `--allow ${nameOf(allowance)} passes nothing, because that guard has nothing to refuse in this plan. Leave it out.`
      : `The allowance for ${nameOf(allowance)} ("${allowance.reason}") passes nothing in this plan. Once every instance is applied, remove it from "allow".`,
  ...at(allowance.declaredIn),
  target: allowance.guard,
});

const matches = (allowance: GrantedAllowance, diagnostic: Diagnostic): boolean =>
  diagnostic.severity === 'error' &&
  allowance.guard === diagnostic.guard &&
  (allowance.target === undefined || allowance.target === diagnostic.target);

/** A sentence of ours around a reason: people end theirs with a full stop, or not. */
const withoutStop = (reason: string): string => reason.trim().replace(/[.\s]+$/, '');

/** Who reads that something is allowed need not read how to allow it. */
const withoutOffer = (detail: string): string => {
  const start = detail.lastIndexOf(` ${UNLESS_ALLOWED}`);
  return start < 0 ? detail : detail.slice(0, start);
};

const passed = (diagnostic: Diagnostic, allowance: GrantedAllowance): Diagnostic => ({
  ...diagnostic,
  severity: 'warning',
  detail: `${withoutOffer(diagnostic.detail)} Allowed: ${withoutStop(allowance.reason)}.`,
});

/**
 * Lets allowances pass guards: a refusal that one names becomes a warning that tells the reason. What is past its day, names
 * no guard that takes allowances, or (by flag) passes nothing is an error, so that no allowance is left lying about.
 */
export const applyAllowances = (
  found: readonly Diagnostic[],
  sources: AllowanceSources,
  guards: readonly Guard[],
  asOf: string,
): readonly Diagnostic[] => {
  const today = asOf.slice(0, 10);
  const current = [
    ...sources.lake.filter((allowance) => allowance.until >= today).map(fromLake),
    ...sources.flags.map(fromFlag),
  ];
  const mistakes = current.flatMap((allowance) => impossible(allowance, guards));
  const granted = current.filter((allowance) => impossible(allowance, guards).length === 0);
  const idle = granted.filter((allowance) => !found.some((diagnostic) => matches(allowance, diagnostic)));
  return [
    ...found.map((diagnostic) => {
      const allowance = granted.find((one) => matches(one, diagnostic));
      return allowance === undefined ? diagnostic : passed(diagnostic, allowance);
    }),
    ...sources.lake.filter((allowance) => allowance.until < today).map(expired),
    ...mistakes,
    ...idle.map(unused),
  ];
};
