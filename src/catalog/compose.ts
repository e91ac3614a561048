import { Composer, type CST, type Document, LineCounter, Parser } from 'yaml';

/** Files of the catalog are flat; what is deeper than this is a mistake, or an attack on the composer's recursion. */
export const MAX_DEPTH = 32;

/** One YAML document with its lines; `second` is where another one starts, if there is one. */
export interface Composed {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly second?: number;
}

/** How deep lists and objects are nested in a parser's tokens. Counted without recursion, or counting would fail first. */
const depthOf = (tokens: readonly CST.Token[]): number => {
  let deepest = 0;
  const open: { readonly token: CST.Token; readonly depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    deepest = Math.max(deepest, depth);
    if (token.type === 'document' && token.value !== undefined) open.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const item of token.items)
      for (const child of [item.key, item.value])
        if (child !== undefined && child !== null) open.push({ token: child, depth: depth + 1 });
  }
  return deepest;
};

/**
 * Parses text as YAML 1.2 in two steps. The parser is safe with any text; the composer is recursive, and text nested deeply
 * enough ends the whole process in it (tried: a thousand brackets), so it never sees such text. `undefined`: too deep.
 */
export const composeYaml = (text: string): Composed | undefined => {
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  if (depthOf(tokens) > MAX_DEPTH) return undefined;
  // Whatever is odd becomes a message of ours; the library would print to stderr as well.
  const composer = new Composer({
    version: '1.2',
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: true,
    logLevel: 'error',
  });
  const [document, other] = [...composer.compose(tokens, true, text.length)];
  if (document === undefined) return undefined;
  return { document, lines, ...(other === undefined ? {} : { second: other.range[0] }) };
};
