// SPDX-License-Identifier: Apache-2.0
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findBinaries } from './binaries.ts';
import { readTopology, type Topology } from './topology.ts';

const ALL = [
  'polkadot',
  'polkadot-execute-worker',
  'polkadot-prepare-worker',
  'polkadot-omni-node',
];
let root: string;
let topology: Topology;

async function folder(name: string, programs: readonly string[]): Promise<string> {
  const directory = join(root, name);
  await mkdir(directory);
  for (const program of programs) {
    await writeFile(join(directory, program), '');
    await chmod(join(directory, program), 0o755);
  }
  return directory;
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'binaries-'));
  topology = await readTopology();
});
afterEach(() => rm(root, { recursive: true }));

test('a folder that is given is the only one that is looked in', async () => {
  const given = await folder('given', ALL);
  const other = await folder('other', ALL);
  const found = findBinaries(topology, { bin: given, env: { PATH: other }, cache: other });
  expect([...found.values()]).toEqual([join(given, 'polkadot'), join(given, 'polkadot-omni-node')]);
  expect(() => findBinaries(topology, { bin: root, env: { PATH: other }, cache: other })).toThrow(
    /not found in/,
  );
});

test('the environment names a folder', async () => {
  const TRAINING_LEDGER_BIN = await folder('environment', ALL);
  const found = findBinaries(topology, { env: { TRAINING_LEDGER_BIN, PATH: '' }, cache: root });
  expect(found.get('polkadot')).toBe(join(TRAINING_LEDGER_BIN, 'polkadot'));
});

test('PATH comes before the folder of net:setup', async () => {
  const first = await folder('first', []);
  const second = await folder('second', ALL);
  const cache = await folder('cache', ALL);
  const PATH = [first, second].join(delimiter);
  expect(findBinaries(topology, { env: { PATH }, cache }).get('polkadot')).toContain(second);
  expect(findBinaries(topology, { env: { PATH: first }, cache }).get('polkadot')).toContain(cache);
});

test('what is missing is told in one sentence, with what to do', () => {
  const search = () => findBinaries(topology, { env: {}, cache: root });
  expect(search).toThrow(expect.objectContaining({ code: 'BINARY_MISSING' }));
  expect(search).toThrow(
    'The network needs polkadot, polkadot-omni-node, not found on PATH or in the folder of ' +
      '`npm run net:setup`: run `npm run net:setup`, or give a folder with --bin or TRAINING_LEDGER_BIN.',
  );
});

test("the relay chain's workers have to lie beside it", async () => {
  const bin = await folder('given', ['polkadot', 'polkadot-omni-node']);
  expect(() => findBinaries(topology, { bin, env: {} })).toThrow(
    /polkadot-execute-worker, polkadot-prepare-worker/,
  );
});

test('a file that cannot be executed is no program', async () => {
  const bin = await folder('given', ALL);
  await chmod(join(bin, 'polkadot'), 0o644);
  expect(() => findBinaries(topology, { bin, env: {} })).toThrow(/needs polkadot,/);
});
