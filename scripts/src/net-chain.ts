// SPDX-License-Identifier: Apache-2.0
// `npm run net:chain`: the chain spec of one more ledger parachain, and what to add to the topology.
import { dirname, resolve } from 'node:path';
import { useExecutor } from '@training-ledger/network';
import { Command, InvalidArgumentError } from 'commander';
import { writeNewChain } from './network/new-chain.ts';
import { TOPOLOGY_FILE } from './network/topology.ts';

const toParaId = (text: string): number => {
  const id = Number(text);
  if (!/^[1-9]\d{0,9}$/.test(text) || id > 0xffff_ffff)
    throw new InvalidArgumentError('A para id.');
  return id;
};

const { id, collator, out } = new Command('npm run net:chain --')
  .description(
    'Writes the chain spec of one more ledger parachain, and prints its lines of zombienet.toml.',
  )
  .requiredOption('--id <para id>', 'its para id', toParaId)
  .requiredOption('--collator <name>', 'name of its collator, which no other node has')
  .requiredOption('--out <file>', 'where to write the chain spec')
  .parse()
  .opts<{ id: number; collator: string; out: string }>();

const release = await useExecutor();
try {
  const chain = { paraId: id, collator };
  console.log(await writeNewChain(chain, resolve(out), dirname(TOPOLOGY_FILE)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await release();
}
