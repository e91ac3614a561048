import { XMLParser } from 'fast-xml-parser';
import type { Json } from '../json.ts';
import { isList, isObject } from '../json.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for an XML element. Line breaks are kept as references because parsers fold a bare carriage return. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character).replaceAll('\r', '&#xD;');

const UNESCAPED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export const unescapeXml = (text: string): string =>
  text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (all: string, hex?: string, decimal?: string, name?: string) =>
    hex !== undefined
      ? String.fromCodePoint(Number.parseInt(hex, 16))
      : decimal !== undefined
        ? String.fromCodePoint(Number(decimal))
        : (UNESCAPED[name ?? ''] ?? all),
  );

/** A value as AWS's query protocol writes it: lists become `member` elements, undefined and null vanish. */
export const toXml = (value: Json | undefined): string => {
  if (value === undefined || value === null) return '';
  if (isList(value)) return value.map((item) => `<member>${toXml(item)}</member>`).join('');
  if (isObject(value)) {
    return Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([name, item]) => `<${name}>${toXml(item)}</${name}>`)
      .join('');
  }
  return escapeXml(String(value));
};

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: true,
  htmlEntities: true,
  ignoreDeclaration: true,
});

/** An XML document as nested objects with text leaves; an element that repeats becomes a list. */
export const fromXml = (text: string): Json => parser.parse(text) as Json;

/** The same of what clients send, which may be no XML; undefined where the parser sees that. */
export const fromClientXml = (text: string): Json | undefined => {
  try {
    return parser.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/** The text of the first element of a name, for the few answers where one field is wanted and parsing it all would cost more. */
export const elementText = (xml: string, name: string): string | undefined => {
  const found = new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)</${name}>`).exec(xml)?.[1];
  return found === undefined ? undefined : unescapeXml(found);
};

/** The repeated element as a list whatever the parser made of it: none, one or several. */
export const elements = (value: Json | undefined, name: string): readonly Json[] => {
  if (!isObject(value)) return [];
  const found = value[name];
  if (found === undefined) return [];
  return isList(found) ? found : [found];
};
