// SPDX-License-Identifier: Apache-2.0
// Everything that `npm test` runs, in order: what is fast and says most comes first.
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries } from '../network/binaries.ts';
import { NetworkError } from '../network/errors.ts';
import { readTopology, TOPOLOGY_FILE } from '../network/topology.ts';
import { CARGO_TARGET, CHAIN, EXECUTOR, ROOT } from '../paths.ts';
import { findRust } from '../rust.ts';
import { type Counts, cargoCounts, programCounts, vitestCounts } from './counts.ts';
import { mainJobProblems } from './main-job.ts';
import { type Inputs, inputsHash, keepResult, keptResult } from './passed.ts';
import { run } from './run.ts';

/** What a check found; a note says why it did not run. */
export interface CheckResult extends Counts {
  readonly note?: string;
}

/** One check. */
export interface Check {
  readonly name: string;
  /** With `fresh`, a result that was kept does not count. */
  run(options: { fresh: boolean }): Promise<CheckResult>;
}

const skip = (reason: string): CheckResult => ({
  passed: 0,
  failed: 0,
  note: `SKIPPED: ${reason}`,
});

/** Runs a check if anything that it reads has changed since it last passed. */
async function ifChanged(
  { name, fresh, inputs }: { name: string; fresh: boolean; inputs: Inputs },
  check: () => Promise<CheckResult>,
): Promise<CheckResult> {
  const hash = await inputsHash(inputs);
  const kept = fresh ? undefined : await keptResult(name, hash);
  if (kept !== undefined) {
    const { passed, failed, day } = kept;
    return { passed, failed, note: `passed on ${day}, nothing that it reads has changed` };
  }
  const result = await check();
  await keepResult(name, hash, result);
  return result;
}

const runScript = (file: string, args: readonly string[]): ReturnType<typeof run> =>
  run(process.execPath, [...process.execArgv, file, ...args]);

/** A script of the repository, counted by what it prints last. Lines that begin with SKIPPED are a note. */
function script(name: string, file: string, args: readonly string[] = []): Check {
  return {
    name,
    run: async () => {
      const { ok, output } = await runScript(file, args);
      const note = (output.match(/^SKIPPED: .*$/gm) ?? []).join(' ');
      return { ...programCounts(output, ok), ...(note === '' ? {} : { note }) };
    },
  };
}

/** A tool of node_modules/.bin. */
function tool(name: string, command: string, args: readonly string[]): Check {
  return {
    name,
    run: async () => {
      const { ok } = await run(join(ROOT, 'node_modules', '.bin', command), args);
      return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
    },
  };
}

async function vitest(): Promise<CheckResult> {
  const directory = await mkdtemp(join(tmpdir(), 'training-ledger-test-'));
  try {
    const report = join(directory, 'vitest.json');
    const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const { ok } = await run(join(ROOT, 'node_modules', '.bin', 'vitest'), args);
    return vitestCounts(existsSync(report) ? await readFile(report, 'utf8') : undefined, ok);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The main job, smaller than by default, and what its report must say. */
async function mainJob(): Promise<CheckResult> {
  const directory = await mkdtemp(join(tmpdir(), 'training-ledger-start-'));
  try {
    const [report, page] = [join(directory, 'report.json'), join(directory, 'report.html')];
    const exported = join(directory, 'export.json');
    const size = { users: 2, rounds: 2 };
    const args = ['--users', `${size.users}`, '--rounds', `${size.rounds}`, '--report', report];
    const start = join('scripts', 'src', 'start.ts');
    const { ok } = await runScript(start, [...args, '--exportFile', exported]);
    if (!ok) return { passed: 0, failed: 1 };
    const { checked, problems } = await mainJobProblems({ report, page, exported }, size);
    for (const problem of problems) console.log(problem);
    return { passed: checked - problems.length, failed: problems.length };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What the tests of a Rust crate are. */
interface CargoTests {
  readonly name: string;
  /** Folder of the crate. */
  readonly directory: string;
  /** Folder below Cargo's target folder. */
  readonly target?: string;
  readonly args?: readonly string[];
  readonly inputs: Pick<Inputs, 'paths' | 'counts'>;
}

/** The tests of a Rust crate, where Rust is. */
const cargoTests = ({ name, directory, target = '', args = [], inputs }: CargoTests): Check => ({
  name,
  run: async ({ fresh }) => {
    const rust = findRust();
    if (rust === undefined)
      return skip('no cargo 1.88 or newer; scripts/setup-rust.sh installs one');
    const all: Inputs = { root: ROOT, ...inputs, facts: [rust.version] };
    return ifChanged({ name, fresh, inputs: all }, async () => {
      const env = { ...rust.env, CARGO_TARGET_DIR: join(CARGO_TARGET, target) };
      const command = ['test', '--locked', ...args];
      const { ok, output } = await run('cargo', command, { cwd: directory, env });
      return cargoCounts(output, ok);
    });
  },
});

/** The runtime is compiled to WASM only; its pallets are tested natively. */
const PALLETS = cargoTests({
  name: 'pallets (cargo)',
  directory: CHAIN,
  args: ['--workspace', '--exclude', 'training-ledger-runtime'],
  inputs: { paths: ['chain', 'circuits/keys', 'circuits/vectors', 'test/vectors'] },
});

const EXECUTOR_TESTS = cargoTests({
  name: 'executor (cargo)',
  directory: EXECUTOR,
  target: 'executor',
  inputs: {
    paths: ['network/native', 'network/src/testing'],
    counts: (path) => !path.startsWith('network/native/programs/'),
  },
});

/** Known-answer vectors, computed again by programs that share no code with the rest. */
async function pythonVectors(): Promise<CheckResult> {
  const directories = [join(ROOT, 'circuits', 'vectors'), join(ROOT, 'test', 'vectors')];
  const files: string[] = [];
  for (const directory of directories.filter(existsSync)) {
    const names = (await readdir(directory)).filter((name) => name.endsWith('.py')).sort();
    files.push(...names.map((name) => join(directory, name)));
  }
  if (files.length === 0) return skip('no Python program beside the vectors');
  if (!(await run('python3', ['--version'])).ok) return skip('no python3');
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    const { ok, output } = await run('python3', [file]);
    const counts = programCounts(output, ok);
    passed += counts.passed;
    failed += counts.failed;
  }
  return { passed, failed };
}

const ZOMBIENET = 'network (zombienet)';
const NETWORK_SUITES = join('scripts', 'src', 'test-network.ts');

/** The same and more on a relay chain with validators and collators, where their programs are. */
async function zombienet({ fresh }: { fresh: boolean }): Promise<CheckResult> {
  try {
    findBinaries(await readTopology(TOPOLOGY_FILE));
  } catch (error) {
    if (error instanceof NetworkError) return skip(error.message);
    throw error;
  }
  // All suites take an hour. What passes is remembered, so that the next run goes on with those that are left.
  const args = fresh ? [] : ['--changed', '--minutes', '25'];
  const { ok, output } = await runScript(NETWORK_SUITES, ['--on', 'zombienet', ...args]);
  const [note] = /^not run within .*$/m.exec(output) ?? [];
  return { ...programCounts(output, ok), ...(note === undefined ? {} : { note }) };
}

/**
 * All checks, in stages one after the other. The checks of a stage run side by side, those that take longest first: what takes long first
 * waits for what is fast and says most.
 */
export const STAGES: readonly (readonly Check[])[] = [
  [
    tool('lint', 'biome', ['ci', '.']),
    tool('types', 'tsc', ['-b']),
    script('lock file', 'scripts/src/lock-check.ts'),
    script('codegen', 'scripts/src/codegen.ts', ['--check']),
    script('circuit keys', 'circuits/src/setup/build.ts', ['--check']),
    script('native prover', 'scripts/src/build-native.ts', ['prover', '--check']),
    script('native executor', 'scripts/src/build-native.ts', ['executor', '--check']),
  ],
  [
    { name: 'tests (vitest)', run: vitest },
    PALLETS,
    EXECUTOR_TESTS,
    script('packages', 'scripts/src/package-check.ts'),
    { name: 'main job', run: mainJob },
    script('network (embedded)', NETWORK_SUITES, ['--on', 'embedded', 'sync.test']),
    { name: 'vectors (Python)', run: pythonVectors },
  ],
  [{ name: ZOMBIENET, run: zombienet }],
];
