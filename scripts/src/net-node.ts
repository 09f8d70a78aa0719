// SPDX-License-Identifier: Apache-2.0
// `npm run net:node`: pauses, resumes, kills and restarts nodes of a network that `npm run net` started.
import { Argument, Command } from 'commander';
import { NODE_ACTIONS, type NodeAction } from './network/control.ts';
import { runningNetwork } from './network/running.ts';

const command = new Command('npm run net:node --')
  .description('Faults for the nodes of a running network, and their states.')
  .addArgument(new Argument('<action>').choices(['status', ...NODE_ACTIONS]))
  .argument('[node]', 'name of the node')
  .option('--folder <folder>', 'folder of the network, where more than one runs')
  .parse();
const [action, name] = command.processedArgs as ['status' | NodeAction, string | undefined];

try {
  const network = await runningNetwork(command.opts<{ folder?: string }>().folder);
  if (action !== 'status') await network[action](name ?? command.error('error: name a node'));
  for (const { name, state, pid } of await network.status()) {
    console.log([name.padEnd(16), state.padEnd(8), pid ?? ''].join('  ').trimEnd());
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
