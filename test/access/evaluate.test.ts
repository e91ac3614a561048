import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/access/evaluate/evaluate.ts';
import type { Decision, EvaluationContext, NamedDocument, RequestContext } from '../../src/access/evaluate/types.ts';
import { asJson, canonicalJson, type Json } from '../../src/reconciler/model/json.ts';

type Answer = Decision['answer'];

interface Case {
  readonly name: string;
  /** A key of the file's `pages`: the page that says so. */
  readonly page: string;
  readonly version?: string;
  /** The statements of the role's document `test`. */
  readonly identity: Json;
  /** The statements of its documents `further 1`, `further 2`, … */
  readonly also?: readonly Json[];
  readonly boundary?: Json;
  readonly resources?: readonly { readonly arn: string; readonly statements: Json }[];
  readonly request: {
    readonly principalArn?: string;
    readonly action: string;
    readonly resource: string;
    readonly context?: RequestContext;
    readonly at?: string;
  };
  readonly expect: Answer;
  /** The deciding statement: document and place, `test#0`, `boundary#1`, `bucket#0`. */
  readonly by?: string;
  /** Why the evaluator does not say so yet. The test turns red when it does, so that this line goes. */
  readonly todo?: string;
}

interface CaseFile {
  readonly about: string;
  readonly pages: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
}

const folder = new URL('cases/', import.meta.url);
const files = readdirSync(folder)
  .filter((file) => file !== 'levels.json')
  .sort()
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as CaseFile);

const contextOf = (one: Case): EvaluationContext => {
  const document = (statements: Json) => ({ Version: one.version ?? '2012-10-17', Statement: statements });
  const further = (one.also ?? []).map((statements, index): NamedDocument => ({
    name: `further ${index + 1}`,
    document: document(statements),
  }));
  return {
    identity: [{ name: 'test', document: document(one.identity) }, ...further],
    ...(one.boundary === undefined ? {} : { boundary: { name: 'boundary', document: document(one.boundary) } }),
    resources: (one.resources ?? []).map(({ arn, statements }) => ({ arn, document: document(statements) })),
  };
};

const decide = (one: Case): Decision =>
  evaluate(contextOf(one), {
    principalArn: 'arn:aws:iam::111111111111:role/edl/dev01/edl-dev01-team-oncology',
    at: '2026-06-01T12:00:00Z',
    ...one.request,
  });

const decidedBy = ({ statement }: Decision): string | undefined =>
  statement === undefined
    ? undefined
    : `${statement.policy.startsWith('policy of ') ? 'bucket' : statement.policy}#${statement.index}`;

describe.each(files)('$about', (file) => {
  const judge = (one: Case): void => {
    const decision = decide(one);
    expect(decision.answer, decision.reason).toBe(one.expect);
    if (one.by !== undefined) expect(decidedBy(decision), decision.reason).toBe(one.by);
  };

  for (const one of file.cases)
    if (one.todo === undefined)
      it(one.name, () => {
        judge(one);
      });
    else
      it.fails(`${one.name} (${one.todo})`, () => {
        judge(one);
      });

  it('names an AWS page for every case, and no case twice', () => {
    for (const one of file.cases) expect(file.pages[one.page], one.name).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
    expect(new Set(file.cases.map((one) => one.name)).size).toBe(file.cases.length);
  });
});

describe('the cases', () => {
  const all = files.flatMap((file) => file.cases);
  const answersOf = (url: string): readonly Answer[] =>
    files.flatMap((file) => file.cases.filter((one) => file.pages[one.page] === url).map((one) => one.expect));

  it('are many, and know all three answers', () => {
    expect(all.length).toBeGreaterThanOrEqual(180);
    for (const answer of ['allowed', 'denied', 'conditional'])
      expect(all.filter((one) => one.expect === answer).length).toBeGreaterThan(8);
  });

  it('are there for every page that is named, with both outcomes', () => {
    for (const url of new Set(files.flatMap((file) => Object.values(file.pages)))) {
      const answers = answersOf(url);
      expect(answers, url).toContain('allowed');
      expect(answers, url).toContain('denied');
    }
  });

  it('say nothing twice under two names', () => {
    const said = new Map<string, string>();
    for (const one of all) {
      const content = canonicalJson(asJson({ ...one, name: '', page: '', by: '' }));
      expect(said.get(content), one.name).toBeUndefined();
      said.set(content, one.name);
    }
  });
});
