// SPDX-License-Identifier: Apache-2.0
// `npm run test:network`: the suites of test/network against the network that is chosen. One real network serves all of them: it
// takes minutes to start.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { vitestCounts } from './checks/counts.ts';
import { BIN_VARIABLE } from './network/binaries.ts';
import { interruption } from './network/interruption.ts';
import { RealNetwork } from './network/network.ts';
import { readTopology, TOPOLOGY_FILE } from './network/topology.ts';
import { ROOT } from './paths.ts';

const command = new Command('npm run test:network --')
  .description(
    'End-to-end tests against a network. The last line tells how many passed and failed.',
  )
  .addOption(
    new Option('--on <network>', 'which network')
      .choices(['embedded', 'zombienet'])
      .default('zombienet'),
  )
  .option('--topology <file>', 'what to start', TOPOLOGY_FILE)
  .option('--bin <folder>', 'folder of the programs; by default TRAINING_LEDGER_BIN, then PATH')
  .option('--attach <folder>', 'use the network that runs there, and leave it running')
  .option('--keep', "keep the folder with the chains' data and the nodes' output")
  .argument('[names...]', 'only suites whose file names hold one of these')
  .parse();
const { on, topology, bin, attach, keep } = command.opts<{
  on: 'embedded' | 'zombienet';
  topology: string;
  bin?: string;
  attach?: string;
  keep?: boolean;
}>();
const suites = command.args.map((name) => join('test', 'network', name));

const interrupted = interruption();

/** Runs vitest with the network's name or folder in the environment. */
async function runSuites(network: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'training-ledger-test-'));
  try {
    const report = join(directory, 'vitest.json');
    const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const files = suites.length === 0 ? [join('test', 'network')] : suites;
    const env = {
      ...process.env,
      TRAINING_LEDGER_NETWORK: network,
      ...(bin === undefined ? {} : { [BIN_VARIABLE]: resolve(bin) }),
    };
    const signal = interrupted;
    const program = join(ROOT, 'node_modules', '.bin', 'vitest');
    const vitest = spawn(program, [...args, ...files], {
      cwd: ROOT,
      env,
      stdio: 'inherit',
      signal,
    });
    const ok = await new Promise<boolean>((end) => {
      vitest.once('error', () => end(false));
      vitest.once('exit', (code) => end(code === 0));
    });
    const json = await readFile(report, 'utf8').catch(() => undefined);
    const { passed, failed } = vitestCounts(json, ok);
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

try {
  if (on === 'embedded') await runSuites('embedded');
  else if (attach !== undefined) await runSuites(attach);
  else {
    const started = performance.now();
    await using network = await RealNetwork.start({
      topology: await readTopology(topology),
      bin,
      keep: keep ?? false,
      signal: interrupted,
      onProgress: (line) => console.error(line),
    });
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    console.error(`the network was ready after ${seconds} s; its folder is ${network.directory}`);
    await runSuites(network.directory);
  }
} catch (error) {
  if (!interrupted.aborted) console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
