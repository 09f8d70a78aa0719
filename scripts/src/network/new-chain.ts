// SPDX-License-Identifier: Apache-2.0
// One more ledger parachain for a local network: its chain spec and its lines in zombienet.toml.
import { readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { runtimeWasmPath } from '@training-ledger/runtime-types/files';
import { makeChainSpec } from '../runtime/chain-spec.ts';
import { addressOf } from './keys.ts';
import { checkNodeName } from './topology.ts';

/** What the genesis of a new chain starts from. */
const PRESET = 'development';

/** A parachain that is added. */
export interface NewChain {
  readonly paraId: number;
  /** Name of its collator, from which its key is made. No other node of the network may have it. */
  readonly collator: string;
}

/**
 * Writes the raw chain spec of a new chain, in which its collator makes the blocks.
 * @returns the tables to add to the topology in `directory`
 * @throws NetworkError `TOPOLOGY_INVALID` for what cannot be a node's name
 */
export async function writeNewChain(
  { paraId, collator }: NewChain,
  file: string,
  directory: string,
): Promise<string> {
  checkNodeName(collator);
  const address = await addressOf(collator);
  const changes = {
    parachainInfo: { parachainId: paraId },
    collatorSelection: { invulnerables: [address] },
    session: { keys: [[address, address, { aura: address }]] },
  };
  const spec = await makeChainSpec(await readFile(runtimeWasmPath), paraId, {
    preset: PRESET,
    changes,
  });
  await writeFile(file, `${JSON.stringify(spec)}\n`);
  return [
    '[[parachains]]',
    `id = ${paraId}`,
    `chain_spec_path = ${JSON.stringify(relative(directory, file))}`,
    '',
    '[parachains.collator]',
    `name = ${JSON.stringify(collator)}`,
    'command = "polkadot-omni-node"',
    'args = ["--state-pruning=archive", "--blocks-pruning=archive"]',
  ].join('\n');
}
