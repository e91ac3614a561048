import { isJsonObject, textOf, type Json, type JsonObject } from './json.ts';
import type { Lease, LeaseHolder, LeaseProcess } from './lease.ts';

/** Nobody counts further, and one more than it must be a count as well. */
const MOST = 1e12;

const isCount = (value: Json | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= MOST;

const isTexts = (...values: readonly (Json | undefined)[]): boolean =>
  values.every((value) => typeof value === 'string');

/** Half a fingerprint proves nothing, so it is none. */
const parseProcess = (value: Json | undefined): LeaseProcess | undefined => {
  if (!isJsonObject(value)) return undefined;
  const { bootId, namespaces, startTicks } = value;
  if (!isTexts(bootId, namespaces, startTicks)) return undefined;
  return { bootId: textOf(bootId), namespaces: textOf(namespaces), startTicks: textOf(startTicks) };
};

const parseHolder = (value: Json | undefined): LeaseHolder | undefined => {
  if (!isJsonObject(value)) return undefined;
  const { who, host, pid, run, command, commit } = value;
  if (!isTexts(who, host, run, command) || !isCount(pid)) return undefined;
  const process = parseProcess(value['process']);
  return {
    who: textOf(who),
    host: textOf(host),
    pid,
    ...(process === undefined ? {} : { process }),
    run: textOf(run),
    command: textOf(command),
    ...(typeof commit === 'string' ? { commit } : {}),
  };
};

const parseObject = (value: JsonObject): Lease | undefined => {
  const {
    formatVersion,
    instance,
    state,
    epoch,
    renewals,
    ttlSeconds,
    acquiredAt,
    renewedAt,
    releasedBy,
    lingerSeconds,
  } = value;
  const holder = parseHolder(value['holder']);
  if (formatVersion !== '1' || (state !== 'held' && state !== 'released') || holder === undefined) return undefined;
  if (!isCount(epoch) || !isCount(renewals) || !isCount(ttlSeconds)) return undefined;
  if (!isTexts(instance, acquiredAt, renewedAt)) return undefined;
  return {
    formatVersion,
    instance: textOf(instance),
    state,
    epoch,
    renewals,
    ttlSeconds,
    holder,
    acquiredAt: textOf(acquiredAt),
    renewedAt: textOf(renewedAt),
    ...(typeof releasedBy === 'string' ? { releasedBy } : {}),
    ...(isCount(lingerSeconds) ? { lingerSeconds } : {}),
  };
};

/** Formats are counted on, so a higher number is one of an EDL to come. */
const newerFormat = ({ formatVersion }: JsonObject): string | undefined => {
  const text = typeof formatVersion === 'number' ? String(formatVersion) : formatVersion;
  return typeof text === 'string' && /^[1-9]\d{0,8}$/.test(text) && Number(text) > 1 ? text : undefined;
};

/** What a text turned out to be. */
export type ParsedLease =
  | { readonly status: 'lease'; readonly lease: Lease }
  | { readonly status: 'newer'; readonly format: string }
  | { readonly status: 'unreadable' };

/** Takes JSON for a lease, or not: what is not whole is none, and nobody writes over it. */
export const parseLease = (value: Json): ParsedLease => {
  if (!isJsonObject(value)) return { status: 'unreadable' };
  const format = newerFormat(value);
  if (format !== undefined) return { status: 'newer', format };
  const lease = parseObject(value);
  return lease === undefined ? { status: 'unreadable' } : { status: 'lease', lease };
};
