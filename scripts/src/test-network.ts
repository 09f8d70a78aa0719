// SPDX-License-Identifier: Apache-2.0
// `npm run test:network`: the suites of test/network against the network that is chosen. One real network serves all of them: it
// takes minutes to start.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Keyring } from '@polkadot/api';
import { verifyingKeyBytes } from '@training-ledger/circuits';
import { interruption } from '@training-ledger/network';
import { LedgerChain, registerVerifyingKeys } from '@training-ledger/sdk';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Counts, vitestCounts } from './checks/counts.ts';
import { SuiteResults } from './checks/suite-results.ts';
import { BIN_VARIABLE, findBinaries } from './network/binaries.ts';
import { AttachedNetwork } from './network/control.ts';
import type { DescribedNetwork } from './network/description.ts';
import { RealNetwork } from './network/network.ts';
import { arrangeSuites, type Lane, type Stage } from './network/suites.ts';
import { readTopology, TOPOLOGY_FILE } from './network/topology.ts';
import { ROOT } from './paths.ts';

function minutesOf(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('It is a number above 0.');
  return number;
}

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
  .option('--changed', 'only suites that did not pass before as everything is now; real network')
  .option(
    '--minutes <number>',
    'start no suite after that time, and tell which were left',
    minutesOf,
  )
  .option('--keep', "keep the folder with the chains' data and the nodes' output")
  .argument('[names...]', 'only suites whose file names begin with one of these')
  .parse();
const { on, topology, bin, attach, changed, minutes, keep } = command.opts<{
  on: 'embedded' | 'zombienet';
  topology: string;
  bin?: string;
  attach?: string;
  changed?: boolean;
  minutes?: number;
  keep?: boolean;
}>();
const SUITES = join('test', 'network');
const SUFFIX = '.test.ts';
const interrupted = interruption();
/** Suites that were not started in time. */
const notRun: string[] = [];
const isLate = (): boolean => minutes !== undefined && performance.now() > minutes * 60_000;

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

/** What is told of a suite that passed. */
type Passed = (suite: string, counts: Counts) => Promise<void>;

/** Runs suites one after the other. */
async function runLane(network: string, lane: Lane, onPassed?: Passed): Promise<Counts> {
  const counts: Counts[] = [];
  for (const suite of lane) {
    interrupted.throwIfAborted();
    if (isLate()) {
      notRun.push(suite);
      continue;
    }
    const count = await runSuites(network, [suite]);
    if (count.failed === 0) await onPassed?.(suite, count);
    counts.push(count);
  }
  return sum(counts);
}

const sum = (counts: readonly Counts[]): Counts => ({
  passed: counts.reduce((total, { passed }) => total + passed, 0),
  failed: counts.reduce((total, { failed }) => total + failed, 0),
});

/** Runs vitest on suites, one after the other, with the network's name or folder in the environment. */
async function runSuites(network: string, suites: readonly string[]): Promise<Counts> {
  const directory = await mkdtemp(join(tmpdir(), 'training-ledger-test-'));
  try {
    const report = join(directory, 'vitest.json');
    const args = ['run', '--reporter=verbose', '--reporter=json', `--outputFile.json=${report}`];
    const files = suites.map((suite) => join(SUITES, `${suite}${SUFFIX}`));
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

/** Runs stages one after the other, the lanes of each side by side. */
async function runStages(
  { directory }: DescribedNetwork,
  stages: readonly Stage[],
  onPassed?: Passed,
): Promise<Counts> {
  const counts: Counts[] = [];
  for (const stage of stages) {
    interrupted.throwIfAborted();
    const started = performance.now();
    counts.push(...(await Promise.all(stage.map((lane) => runLane(directory, lane, onPassed)))));
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    console.error(`${stage.flat().join(', ')}: ${seconds} s`);
  }
  return sum(counts);
}

async function runReal(
  network: DescribedNetwork,
  suites: readonly string[],
  onPassed?: Passed,
): Promise<Counts> {
  await registerKeys(network);
  return runStages(network, arrangeSuites(suites), onPassed);
}

/** Starts a real network for suites, unless all of them passed as everything is now and only the others are asked for. */
async function startAndRun(suites: readonly string[]): Promise<Counts> {
  const description = await readTopology(topology);
  const results = new SuiteResults([...findBinaries(description, { bin }).values()]);
  const counts: Counts[] = [];
  const left: string[] = [];
  for (const suite of suites) {
    const kept = await results.of(suite);
    if (changed !== true || kept === undefined) left.push(suite);
    else {
      counts.push(kept);
      console.error(`${suite}: passed on ${kept.day}, nothing that it reads has changed`);
    }
  }
  if (left.length === 0) return sum(counts);
  const started = performance.now();
  await using network = await RealNetwork.start({
    topology: description,
    bin,
    keep: keep ?? false,
    signal: interrupted,
    onProgress: (line) => console.error(line),
  });
  const seconds = ((performance.now() - started) / 1_000).toFixed(0);
  console.error(`the network was ready after ${seconds} s; its folder is ${network.directory}`);
  const onPassed: Passed = (suite, count) => results.keep(suite, count);
  return sum([...counts, await runReal(network, left, onPassed)]);
}

try {
  const suites = await chosenSuites();
  let counts: Counts;
  // Embedded chains use a processor each while they make blocks: nothing is won by running their suites side by side.
  if (on === 'embedded') counts = await runSuites('embedded', suites);
  else if (attach === undefined) counts = await startAndRun(suites);
  else counts = await runReal(await AttachedNetwork.attach(attach), suites);
  if (notRun.length > 0) console.log(`not run within ${minutes} minutes: ${notRun.join(', ')}`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
} catch (error) {
  if (!interrupted.aborted) console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
