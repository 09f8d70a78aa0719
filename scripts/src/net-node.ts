// SPDX-License-Identifier: Apache-2.0
// `npm run net:node`: pauses, resumes, kills and restarts nodes of a network that `npm run net` started.
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Argument, Command } from 'commander';
import { AttachedNetwork, NODE_ACTIONS, type NodeAction } from './network/control.ts';
import { DIRECTORY_PREFIX } from './network/description.ts';
import { NetworkError } from './network/errors.ts';

/** The network of a folder, or the only one that runs. */
async function find(directory: string | undefined): Promise<AttachedNetwork> {
  if (directory !== undefined) return AttachedNetwork.attach(directory);
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(DIRECTORY_PREFIX));
  const attempts = names.map((name) => AttachedNetwork.attach(join(tmpdir(), name)));
  const running = (await Promise.allSettled(attempts)).flatMap((attempt) =>
    attempt.status === 'fulfilled' ? [attempt.value] : [],
  );
  const [only] = running;
  if (only === undefined) throw new NetworkError('CONTROL_FAILED', 'No network runs.');
  if (running.length === 1) return only;
  throw new NetworkError('CONTROL_FAILED', 'More than one network runs.', {
    hint: `Choose one with --folder: ${running.map((network) => network.directory).join(', ')}.`,
  });
}

const command = new Command('npm run net:node --')
  .description('Faults for the nodes of a running network, and their states.')
  .addArgument(new Argument('<action>').choices(['status', ...NODE_ACTIONS]))
  .argument('[node]', 'name of the node')
  .option('--folder <folder>', 'folder of the network, where more than one runs')
  .parse();
const [action, name] = command.processedArgs as ['status' | NodeAction, string | undefined];

try {
  const network = await find(command.opts<{ folder?: string }>().folder);
  if (action !== 'status') await network[action](name ?? command.error('error: name a node'));
  for (const { name, state, pid } of await network.status()) {
    console.log([name.padEnd(16), state.padEnd(8), pid ?? ''].join('  ').trimEnd());
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
