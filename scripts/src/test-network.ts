// SPDX-License-Identifier: Apache-2.0
// `npm run test:network`: the suites of test/network against the network that is chosen. One real network serves all of them: it
// takes minutes to start.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Keyring } from '@polkadot/api';
import { verifyingKeyBytes } from '@training-ledger/circuits';
import { LedgerChain, registerVerifyingKeys } from '@training-ledger/sdk';
import { Command, Option } from 'commander';
import { type Counts, vitestCounts } from './checks/counts.ts';
import { BIN_VARIABLE } from './network/binaries.ts';
import { AttachedNetwork } from './network/control.ts';
import type { DescribedNetwork } from './network/description.ts';
import { interruption } from './network/interruption.ts';
import { RealNetwork } from './network/network.ts';
import { arrangeSuites, type Lane, type Stage } from './network/suites.ts';
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
  .argument('[names...]', 'only suites whose file names begin with one of these')
  .parse();
const { on, topology, bin, attach, keep } = command.opts<{
  on: 'embedded' | 'zombienet';
  topology: string;
  bin?: string;
  attach?: string;
  keep?: boolean;
}>();
const SUITES = join('test', 'network');
const SUFFIX = '.test.ts';
const interrupted = interruption();

/** Names of the suites that are asked for. */
async function chosenSuites(): Promise<string[]> {
  const files = await readdir(join(ROOT, SUITES));
  const all = files.filter((file) => file.endsWith(SUFFIX)).sort();
  const { args } = command;
  const chosen =
    args.length === 0 ? all : all.filter((file) => args.some((arg) => file.startsWith(arg)));
  if (chosen.length === 0) throw new Error(`No suite of ${SUITES} is named so.`);
  return chosen.map((file) => file.slice(0, -SUFFIX.length));
}

/** Runs vitest on suites, one after the other, with the network's name or folder in the environment. */
async function runLane(network: string, lane: Lane): Promise<Counts> {
  const directory = await mkdtemp(join(tmpdir(), 'training-ledger-test-'));
  try {
    const report = join(directory, 'vitest.json');
    const args = ['run', '--reporter=verbose', '--reporter=json', `--outputFile.json=${report}`];
    const files = lane.map((suite) => join(SUITES, `${suite}${SUFFIX}`));
    const env = {
      ...process.env,
      TRAINING_LEDGER_NETWORK: network,
      ...(bin === undefined ? {} : { [BIN_VARIABLE]: resolve(bin) }),
    };
    const program = join(ROOT, 'node_modules', '.bin', 'vitest');
    const vitest = spawn(program, [...args, ...files], {
      cwd: ROOT,
      env,
      stdio: 'inherit',
      signal: interrupted,
    });
    const ok = await new Promise<boolean>((end) => {
      vitest.once('error', () => end(false));
      vitest.once('exit', (code) => end(code === 0));
    });
    return vitestCounts(await readFile(report, 'utf8').catch(() => undefined), ok);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Registers the circuits' keys, so that suites that run side by side do not have to at the same moment. */
async function registerKeys({ chains }: DescribedNetwork): Promise<void> {
  const sudo = new Keyring({ type: 'sr25519' }).addFromUri('//Alice');
  const register = async (endpoint: string): Promise<void> => {
    const chain = await LedgerChain.connect(endpoint);
    try {
      const final = { finalized: true, timeout: 300_000 };
      await registerVerifyingKeys({ chain }, sudo, verifyingKeyBytes, final);
    } finally {
      await chain.disconnect();
    }
  };
  await Promise.all(chains.map(({ endpoint }) => register(endpoint)));
}

/** Runs stages one after the other, the lanes of each side by side, and tells what came of all. */
async function runStages(network: string, stages: readonly Stage[]): Promise<void> {
  const counts: Counts[] = [];
  for (const stage of stages) {
    interrupted.throwIfAborted();
    const started = performance.now();
    counts.push(...(await Promise.all(stage.map((lane) => runLane(network, lane)))));
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    console.error(`${stage.flat().join(', ')}: ${seconds} s`);
  }
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function runReal(network: DescribedNetwork, suites: readonly string[]): Promise<void> {
  await registerKeys(network);
  await runStages(network.directory, arrangeSuites(suites));
}

try {
  const suites = await chosenSuites();
  // Embedded chains use a processor each while they make blocks: nothing is won by running their suites side by side.
  if (on === 'embedded') await runStages('embedded', [[suites]]);
  else if (attach !== undefined) await runReal(await AttachedNetwork.attach(attach), suites);
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
    await runReal(network, suites);
  }
} catch (error) {
  if (!interrupted.aborted) console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
