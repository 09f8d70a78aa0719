// SPDX-License-Identifier: Apache-2.0
// Other people's clients on an embedded chain: polkadot-api and dedot, each in a process of its own. (polkadot-js is what the SDK is
// built on.) They are large, so this test installs them when it runs, into the cache.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EmbeddedNetwork } from '@training-ledger/network';
import { afterAll, beforeAll, expect, test } from 'vitest';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const UNIT = String(10n ** 12n);
const run = promisify(execFile);

let network: EmbeddedNetwork;
let folder: string;

beforeAll(async () => {
  [network, folder] = await Promise.all([
    EmbeddedNetwork.start({ paraIds: [1000], heartbeat: 500 }),
    install(),
  ]);
}, 600_000);
afterAll(() => network?.stop());

/** Installs the clients that the lock file names, once. Result: their folder. */
async function install(): Promise<string> {
  const lock = await readFile(join(HERE, 'package-lock.json'));
  const name = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  const target = join(homedir(), '.cache', 'training-ledger', 'clients', name);
  if (existsSync(target)) return target;
  const temporary = `${target}.${process.pid}`;
  await mkdir(temporary, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) {
    await copyFile(join(HERE, file), join(temporary, file));
  }
  await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: temporary });
  // Only a whole installation gets the name; if another one was faster, it is as good.
  await rename(temporary, target).catch(() => rm(temporary, { recursive: true }));
  return target;
}

/** What a client's program saw. */
async function seenBy(program: string, ...args: string[]): Promise<Record<string, unknown>> {
  await copyFile(join(HERE, program), join(folder, program));
  const { endpoint } = network.chain(1000);
  const command = [join(folder, program), endpoint, ...args];
  const { stdout } = await run(process.execPath, command, { timeout: 90_000 });
  return JSON.parse(stdout.trim().split('\n').at(-1) as string);
}

/** Whether the numbers go up by one. */
const isGapless = (numbers: readonly number[]): boolean =>
  numbers.every((number, i) => i === 0 || number === (numbers[i - 1] as number) + 1);

test('polkadot-api connects, reads, submits and follows blocks', async () => {
  const seen = await seenBy('papi.mjs');
  expect(seen).toMatchObject({ ok: true, moved: UNIT });
  const blocks = seen['blocks'] as number[];
  expect(blocks).toContain(seen['block']);
  expect(blocks).toContain(seen['last']);
  expect(isGapless(blocks)).toBe(true);
});

test.each(['chainHead', 'legacy'])('dedot does, by its %s API', async (api) => {
  const seen = await seenBy('dedot.mjs', api);
  expect(seen).toMatchObject({ moved: UNIT });
  expect((seen['statuses'] as string[]).at(-1)).toBe('Finalized');
  const blocks = seen['blocks'] as number[];
  expect(blocks.length).toBeGreaterThan(1);
  // It asks for a value at the newest block and may leave out one before.
  expect(blocks).toEqual([...new Set(blocks)].sort((a, b) => a - b));
});
