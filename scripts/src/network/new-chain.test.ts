// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useExecutor } from '@training-ledger/network';
import { chainSpecPath } from '@training-ledger/runtime-types/files';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeNewChain } from './new-chain.ts';
import { parseTopology, TOPOLOGY_FILE } from './topology.ts';

let directory: string;
let release: () => Promise<void>;
beforeEach(async () => {
  release = await useExecutor();
  directory = await mkdtemp(join(tmpdir(), 'new-chain-'));
});
afterEach(async () => {
  await release();
  await rm(directory, { recursive: true });
});

test('a new chain has its para id and its collator, and fits the topology', async () => {
  const file = join(directory, 'ledger-3000.json');
  const lines = await writeNewChain({ paraId: 3000, collator: 'charlie' }, file, directory);
  const spec = JSON.parse(await readFile(file, 'utf8'));
  expect(spec).toMatchObject({ id: 'training-ledger-3000', para_id: 3000 });
  const { top } = spec.genesis.raw;
  const first = JSON.parse(await readFile(chainSpecPath(1000), 'utf8')).genesis.raw.top;
  // Where the first chain holds its para id, this one holds 3000 (little-endian).
  const PARACHAIN_ID = '0x0d715f2646c8f85767b5d2764bb2782604a74d81251e398fd8a0a4d55023bb3f';
  expect(first[PARACHAIN_ID]).toBe('0xe8030000');
  expect(top[PARACHAIN_ID]).toBe('0xb80b0000');
  const CHARLIE = '90b5ab205c6974c9ea841be688864633dc9ca8a357843eeacf2314649965fe22';
  const AURA_AUTHORITIES = '0x57f8dc2f5ab09467896f47300f0424385e0621c4869aa60c02be9adcc98a0d1d';
  expect(top[AURA_AUTHORITIES]).toBe(`0x04${CHARLIE}`);

  const topology = await readFile(TOPOLOGY_FILE, 'utf8');
  const { parachains } = parseTopology(`${topology}\n${lines}\n`, directory);
  expect(parachains.at(-1)).toMatchObject({
    id: 3000,
    specPath: file,
    collator: { name: 'charlie', command: 'polkadot-omni-node' },
  });
});

test("what cannot be a node's name is refused", async () => {
  const chain = { paraId: 3000, collator: '../charlie' };
  await expect(writeNewChain(chain, join(directory, 'x'), directory)).rejects.toMatchObject({
    code: 'TOPOLOGY_INVALID',
  });
});
