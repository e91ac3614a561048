import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/access/evaluate/evaluate.ts';
import type { EvaluationContext, RequestContext } from '../../src/access/evaluate/types.ts';
import type { Json } from '../../src/reconciler/model/json.ts';

interface Case {
  readonly name: string;
  readonly page: string;
  readonly version?: string;
  readonly identity: Json;
  readonly boundary?: Json;
  readonly resources?: readonly { readonly arn: string; readonly statements: Json }[];
  readonly request: {
    readonly principalArn?: string;
    readonly action: string;
    readonly resource: string;
    readonly context?: RequestContext;
    readonly at?: string;
  };
  readonly expect: 'allowed' | 'denied' | 'conditional';
}

interface CaseFile {
  readonly about: string;
  readonly pages: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
}

const folder = new URL('cases/', import.meta.url);
const files = readdirSync(folder)
  .sort()
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as CaseFile);

const contextOf = (one: Case): EvaluationContext => {
  const document = (statements: Json) => ({ Version: one.version ?? '2012-10-17', Statement: statements });
  return {
    identity: [{ name: 'inline policy "test"', document: document(one.identity) }],
    ...(one.boundary === undefined ? {} : { boundary: { name: 'boundary', document: document(one.boundary) } }),
    resources: (one.resources ?? []).map(({ arn, statements }) => ({ arn, document: document(statements) })),
  };
};

describe.each(files)('$about', (file) => {
  it.each(file.cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const decision = evaluate(contextOf(one), {
      principalArn: 'arn:aws:iam::111111111111:role/edl/dev01/edl-dev01-team-oncology',
      at: '2026-06-01T12:00:00Z',
      ...one.request,
    });
    expect(decision.answer, decision.reason).toBe(one.expect);
  });

  it('names an AWS page for every case, and no case twice', () => {
    for (const one of file.cases) expect(file.pages[one.page], one.name).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
    expect(new Set(file.cases.map((one) => one.name)).size).toBe(file.cases.length);
  });
});

describe('the cases', () => {
  const all = files.flatMap((file) => file.cases);

  it('are many, and know all three answers', () => {
    expect(all.length).toBeGreaterThanOrEqual(120);
    for (const answer of ['allowed', 'denied', 'conditional'])
      expect(all.filter((one) => one.expect === answer).length).toBeGreaterThan(8);
  });
});
