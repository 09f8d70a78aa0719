// SPDX-License-Identifier: Apache-2.0
// `npm run net`: the real network until it is interrupted.

import { interruption } from '@training-ledger/network';
import { Command } from 'commander';
import { RealNetwork } from './network/network.ts';
import { readTopology, TOPOLOGY_FILE } from './network/topology.ts';

const { topology, bin, json, keep } = new Command('npm run net --')
  .description('A relay chain with two validators and two ledger parachains, on loopback.')
  .option('--topology <file>', 'what to start', TOPOLOGY_FILE)
  .option('--bin <folder>', 'folder of the programs; by default TRAINING_LEDGER_BIN, then PATH')
  .option('--json', 'print the endpoints as JSON')
  .option('--keep', "keep the folder with the chains' data and the nodes' output")
  .parse()
  .opts<{ topology: string; bin?: string; json?: boolean; keep?: boolean }>();

const interrupted = interruption();

const started = performance.now();
const seconds = (): string => `${((performance.now() - started) / 1_000).toFixed(0)} s`;
try {
  const network = await RealNetwork.start({
    topology: await readTopology(topology),
    bin,
    keep: keep ?? false,
    signal: interrupted,
    onProgress: (line) => console.error(`${seconds().padStart(6)}  ${line}`),
  });
  const { relayEndpoint, relaySpecPath, chains, directory, nodes } = network;
  if (json) {
    console.log(JSON.stringify({ relayEndpoint, relaySpecPath, chains, directory, nodes }));
  } else {
    console.log(`relay      ${relayEndpoint}`);
    for (const { paraId, endpoint } of chains) console.log(`para ${paraId}  ${endpoint}`);
    console.log(`folder     ${directory}`);
    console.log('Ctrl-C stops the network.');
  }
  if (!interrupted.aborted) {
    await new Promise((resolve) => interrupted.addEventListener('abort', resolve));
  }
  await network.stop();
  if (keep) console.error(`kept ${directory}`);
} catch (error) {
  if (!interrupted.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
