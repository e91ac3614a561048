import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { newChance } from './chance.ts';
import { newData } from './data.ts';
import { checkEnd, type Check } from './final-checks.ts';
import { serveGateway, startGateway } from './gateway.ts';
import { growthOf, isBounded, type Growth } from './memory.ts';
import { createRepository } from './repository.ts';
import { newSoak, playRound, secondsOf, SoakFailure, type Soak } from './rounds.ts';
import { header } from './table.ts';
import { ACCOUNT, ARTIFACTS, clientsTo, REGION } from './world.ts';

/** Memory is compared at minute 3 and minute 10: shorter soaks only show it. */
const MINUTES_TO_JUDGE = 10;

const countWords = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The journal and the lease, for the one who looks for what went wrong. */
const keepArtifacts = async ({ clients: { s3 }, gateway }: Soak, root: string): Promise<void> => {
  await gateway.setFaults({ throttle: 0, drop: 0, latencyMs: 0, crashAfter: null });
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: ARTIFACTS, Prefix: 'edl/' })) {
    for (const { Key = '' } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: ARTIFACTS, Key }));
      const path = join(root, 'artifacts', Key);
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(path, (await Body?.transformToString()) ?? '');
    }
  }
};

const growths = ({ peaks, heaps }: Soak): readonly Growth[] =>
  [growthOf('peak of edl apply', peaks), growthOf('heap of the sandbox', heaps)].filter((one) => one !== undefined);

const memoryCheck = (growth: Growth): Check => {
  const { what, early, late, samples } = growth;
  const times = `${early.toFixed(1)} MB at 3/10, ${late.toFixed(1)} MB at the end: ${(late / early).toFixed(2)} times (${samples} figures)`;
  return { what: `${what}: ${times}`, problems: isBounded(growth) ? [] : ['more than 1.1 times'] };
};

const printChecks = (checks: readonly Check[]): boolean => {
  for (const { what, problems } of checks) {
    console.log(`  ${problems.length === 0 ? '✓' : '✗'} ${what}`);
    for (const problem of problems.slice(0, 20)) console.log(`      ${problem}`);
    if (problems.length > 20) console.log(`      and ${problems.length - 20} more`);
  }
  return checks.every(({ problems }) => problems.length === 0);
};

const printDeeds = ({ rounds }: Soak): void => {
  const counts = new Map<string, number>();
  for (const { deed } of rounds) counts.set(deed, (counts.get(deed) ?? 0) + 1);
  console.log(`  ${[...counts].map(([deed, count]) => `${deed} ${count}`).join(', ')}`);
};

/** Plays rounds until the time is over, then looks at what it came to. True when all is as it must be. */
const playAll = async (soak: Soak, root: string): Promise<boolean> => {
  console.log(header());
  while (secondsOf(soak) < soak.minutes * 60) await playRound(soak);
  await keepArtifacts(soak, root);
  const moto = await soak.gateway.motoMegabytes();
  console.log(`\n${countWords(soak.rounds.length, 'round')}. What it came to:`);
  printDeeds(soak);
  console.log(`  moto has ${moto.toFixed(0)} MB (only told: it is not ours)`);
  const memory = growths(soak);
  const isJudged = soak.minutes >= MINUTES_TO_JUDGE;
  const [memoryHolds, endHolds] = [printChecks(memory.map(memoryCheck)), printChecks(await checkEnd(soak))];
  if (isJudged && memory.length < 2) console.log('  ✗ there were too few rounds to judge memory');
  return endHolds && (!isJudged || (memoryHolds && memory.length === 2));
};

const describeFailure = (error: unknown): string =>
  error instanceof SoakFailure
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);

const soakFor = async (minutes: number, seed: number): Promise<boolean> => {
  const root = await mkdtemp(join(tmpdir(), 'edl-soak-'));
  const outputs = join(root, 'outputs');
  await mkdir(outputs);
  console.log(`Soak of ${countWords(minutes, 'minute')}, seed ${seed}, in ${root}\n`);
  const gateway = await startGateway(fileURLToPath(import.meta.url), join(root, 'sandbox.log'));
  let isGood = false;
  try {
    const repository = await createRepository(root);
    const clients = clientsTo(gateway.endpoint);
    const [commit = ''] = await repository.commits();
    const parts = { repository, gateway, clients, data: newData(clients), chance: newChance(seed) };
    const soak = newSoak({ ...parts, outputs, minutes, commit });
    try {
      isGood = await playAll(soak, root);
    } catch (error) {
      console.log(`\n✗ ${describeFailure(error)}`);
      await keepArtifacts(soak, root).catch(() => undefined);
    }
  } finally {
    await gateway.stop();
  }
  if (isGood) await rm(root, { recursive: true, force: true });
  console.log(
    isGood
      ? '\nThe soak held.'
      : `\nThe soak failed. Kept in ${root}: lake/ (the repository), outputs/ (of every command), sandbox.log, artifacts/.\nAgain: npm run soak -- --minutes ${minutes} --seed ${seed}`,
  );
  return isGood;
};

const main = async (): Promise<void> => {
  // As bin/edl.js does: the SDK asks for a later Node than the release that is pinned needs.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  if (process.argv.includes('--gateway')) return serveGateway(ACCOUNT, REGION);
  const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
  const [minutes, seed] = [Number(values.minutes ?? 10), Number(values.seed ?? Date.now() % 1_000_000)];
  if (!(minutes > 0) || !Number.isSafeInteger(seed))
    throw new Error('--minutes is a number above 0, --seed a whole one.');
  if (!(await soakFor(minutes, seed))) process.exitCode = 1;
};

await main();
