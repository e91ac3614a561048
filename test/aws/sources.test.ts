import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = `${root}src/aws`;
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8') }));

describe('the sources of src/aws', () => {
  it('hold no call that removes an object or a bucket', () => {
    // What healing takes from a bucket is a rule that deletes its objects.
    const removals = /DeleteObject|DeleteBucket(?!Lifecycle)|DeleteObjects|ScheduleKeyDeletion|FORCE_DELETE_STACK/;
    expect(sources.filter(({ text }) => removals.test(text)).map(({ name }) => name)).toEqual([]);
  });

  const deletesIn = (isMeant: (name: string) => boolean): readonly string[] => {
    const meant = sources.filter(({ name }) => isMeant(name));
    return [...new Set(meant.flatMap(({ text }) => text.match(/\bDelete[A-Za-z]+Command\b/g) ?? []))].sort();
  };

  it('send no delete but of change sets, stacks and Glue objects', () => {
    expect(deletesIn((name) => !name.startsWith('heal/'))).toEqual([
      'DeleteChangeSetCommand',
      'DeleteDatabaseCommand',
      'DeleteJobCommand',
      'DeleteStackCommand',
      'DeleteTableCommand',
    ]);
  });

  it('heal without a delete, but of what somebody added to our objects, and of change sets', () => {
    expect(deletesIn((name) => name.startsWith('heal/'))).toEqual([
      'DeleteBucketLifecycleCommand',
      'DeletePolicyVersionCommand',
      'DeleteRolePermissionsBoundaryCommand',
      'DeleteRolePolicyCommand',
    ]);
  });

  it('name the account that owns the bucket in each S3 request', () => {
    const bare = sources.filter(({ text }) => /\bBucket: (?!string)/.test(text) && !/ExpectedBucketOwner/.test(text));
    expect(bare.map(({ name }) => name)).toEqual([]);
  });

  it('load no SDK before it is needed', () => {
    const entry = ['create-aws.ts', 'clients.ts', 'errors.ts', 'failure-facts.ts', 'wait.ts', 'reads/reads.ts'];
    const seen = new Set<string>();
    const visit = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      const text = sources.find((source) => source.name === name)?.text ?? '';
      for (const [, target = ''] of text.matchAll(/^import (?!type)[^;]*?from '([^']+)'/gm)) {
        expect(target, name).not.toMatch(/^@aws-sdk/);
        if (target.startsWith('.')) visit(join(dirname(name), target));
      }
    };
    entry.forEach(visit);
    expect([...seen]).toEqual(expect.arrayContaining(entry));
  });
});
