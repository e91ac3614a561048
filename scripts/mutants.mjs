// Breaks the code on purpose, one named way at a time, and requires that a fast test notices. Each mutant is applied to a
// temporary copy of the tree, never to the checkout. `npm run mutants -- --only NAME` runs one; `--list` names them all.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const PARTS = ['src', 'spec', 'schemas', 'test', 'runtime', 'catalog', 'lake.yaml', 'package.json', 'tsconfig.json'];
const LANES = 2;
/** A mutant that makes a test loop for ever is caught as well. */
const PATIENCE_MS = 120_000;

/**
 * @typedef {{ area: string, name: string, file: string, find: string, replace: string, tests: readonly string[] }} Mutant
 * @typedef {{ outcome: 'caught' | 'survived' | 'broken', by: string }} Verdict
 */

/** The same examples in every run, or a mutant would be caught on some days only; and nobody reads a counterexample, so none is shrunk. */
const SETUP = "import fc from 'fast-check';\nfc.configureGlobal({ endOnFailure: true, seed: 20261122 });\n";

/** Without the project's own setup, which builds: a mutant need not pass the compiler, and the tests read the sources. */
const CONFIG = `export default {
  cacheDir: '.vite',
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['./mutants.setup.mjs'],
    testTimeout: 30_000,
    pool: 'threads',
    maxWorkers: 1,
    fileParallelism: false,
  },
};
`;

/** @returns {Promise<Mutant[]>} */
const readMutants = async () => {
  const folder = join(root, 'test/mutants');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.mjs')).sort();
  const areas = await Promise.all(
    files.map(async (file) => {
      const { mutants } = await import(pathToFileURL(join(folder, file)).href);
      return mutants.map((mutant) => ({ area: file.replace('.mjs', ''), ...mutant }));
    }),
  );
  return areas.flat();
};

/** A pattern for text that the formatter may have broken into lines elsewhere. */
const patternOf = (text) =>
  new RegExp(
    text
      .trim()
      .split(/\s+/)
      .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('\\s+'),
    'g',
  );

/** @returns {{ text: string } | { problem: string }} */
const mutate = (source, { find, replace }) => {
  const found = [...source.matchAll(patternOf(find))];
  if (found.length !== 1) return { problem: `matches ${found.length} times instead of once` };
  const [match] = found;
  return { text: source.slice(0, match.index) + replace + source.slice(match.index + match[0].length) };
};

const copyTree = async () => {
  const copy = await mkdtemp(join(tmpdir(), 'edl-mutants-'));
  for (const part of PARTS) await cp(join(root, part), join(copy, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  await writeFile(join(copy, 'vitest.mutants.config.mjs'), CONFIG);
  await writeFile(join(copy, 'mutants.setup.mjs'), SETUP);
  return copy;
};

/** Runs test files in a copy; `failed` is the first test that failed, `problem` what is wrong beside tests. */
const runTests = async (copy, tests) => {
  const report = join(copy, 'report.json');
  await rm(report, { force: true });
  const argv = [
    'run',
    '--config',
    'vitest.mutants.config.mjs',
    '--bail',
    '1',
    '--reporter=json',
    `--outputFile=${report}`,
  ];
  const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...argv, ...tests], {
    cwd: copy,
    stdio: 'ignore',
    env: { ...process.env, UPDATE_GOLDEN: '', CI: '1' },
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  if (code === 0) return {};
  const text = await readFile(report, 'utf8').catch(() => undefined);
  if (text === undefined) return { failed: 'no end in two minutes' };
  const { testResults } = JSON.parse(text);
  for (const file of testResults) {
    const test = file.assertionResults.find(({ status }) => status === 'failed');
    const name = file.name.slice(file.name.indexOf('/test/') + 6);
    if (test !== undefined) return { failed: `${name}: ${test.fullName}` };
    if (file.status === 'failed' && file.message)
      return { problem: `${name} does not run: ${file.message.split('\n')[0]}` };
  }
  return { problem: 'the tests ended with an error, but none failed' };
};

/** @returns {Promise<Verdict>} */
const judge = async (copy, mutant) => {
  const path = join(copy, mutant.file);
  const source = await readFile(path, 'utf8').catch(() => '');
  const mutated = mutate(source, mutant);
  if ('problem' in mutated) return { outcome: 'broken', by: `${mutant.file}: the text to replace ${mutated.problem}` };
  await writeFile(path, mutated.text);
  try {
    const { failed, problem } = await runTests(copy, mutant.tests);
    if (problem !== undefined) return { outcome: 'broken', by: problem };
    return failed === undefined
      ? { outcome: 'survived', by: mutant.tests.join(', ') }
      : { outcome: 'caught', by: failed };
  } finally {
    await writeFile(path, source);
  }
};

const cut = (text, width) => (text.length > width ? `${text.slice(0, width - 1)}…` : text);

const lane = async (copy, queue, verdicts) => {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const started = performance.now();
    const verdict = await judge(copy, mutant);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    verdicts.push(verdict);
    const sign = { caught: '✓', survived: '✗', broken: '!' }[verdict.outcome];
    const shown = verdict.outcome === 'caught' ? cut(verdict.by, 90) : `${verdict.outcome.toUpperCase()} ${verdict.by}`;
    console.log(`${sign} ${mutant.name.padEnd(40)} ${mutant.area.padEnd(10)} ${seconds.padStart(5)} s  ${shown}`);
  }
};

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, list: { type: 'boolean' } } });
const all = await readMutants();
const twice = all.filter(({ name }, index) => all.findIndex((other) => other.name === name) !== index);
const chosen = values.only === undefined ? all : all.filter(({ name }) => values.only.includes(name));
if (twice.length > 0 || chosen.length === 0) {
  console.error(twice.length > 0 ? `Two mutants are named ${twice[0].name}.` : 'There is no such mutant; see --list.');
  process.exit(1);
}
if (values.list === true) {
  for (const { name, area, file } of chosen) console.log(`${name.padEnd(40)} ${area.padEnd(10)} ${file}`);
  process.exit(0);
}

const started = performance.now();
const copies = await Promise.all(Array.from({ length: Math.min(LANES, chosen.length) }, copyTree));
try {
  const tests = [...new Set(chosen.flatMap((mutant) => mutant.tests))];
  const healthy = await runTests(copies[0], tests);
  if (healthy.failed ?? healthy.problem) {
    console.error(`The tests fail without any mutant, so they prove nothing: ${healthy.failed ?? healthy.problem}`);
    process.exitCode = 1;
  } else {
    const verdicts = [];
    const queue = [...chosen];
    await Promise.all(copies.map((copy) => lane(copy, queue, verdicts)));
    const count = (outcome) => verdicts.filter((verdict) => verdict.outcome === outcome).length;
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(
      `\nMutants: ${count('caught')} caught, ${count('survived')} survived, ${count('broken')} broken, in ${seconds} s.`,
    );
    if (count('caught') < verdicts.length) process.exitCode = 1;
  }
} finally {
  await Promise.all(copies.map((copy) => rm(copy, { recursive: true, force: true })));
}
