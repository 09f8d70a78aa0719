// SPDX-License-Identifier: Apache-2.0
// What the runtime charges against what its WASM takes: builds the runtime with its benchmarks, runs them in the executor of
// Substrate's nodes and compares. Fails if anything is charged less than measured. `--json` prints the numbers, `--markdown`
// the tables of docs/weights.md. With POLKADOT_OMNI_NODE a node runs them: one built with the feature `runtime-benchmarks`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { CARGO_TARGET, CHAIN, ROOT } from '../paths.ts';
import { buildWasm } from '../runtime/wasm.ts';
import { findRust, type RustToolchain } from '../rust.ts';
import { type Comparison, compare, perBlock, readMeasurements } from './charges.ts';

/** The runtime with benchmarks is another program: its own folder keeps both builds warm. */
const TARGET =
  process.env['BENCH_TARGET_DIR'] ?? join(homedir(), '.cache', 'training-ledger', 'target-bench');
const RUNNER = join(ROOT, 'scripts', 'bench-runner');
const PALLETS = ['pallet_zkpot', 'pallet_training_ledger'];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    steps: { type: 'string', default: '8' },
    repeat: { type: 'string', default: '5' },
    /** A runtime that was built with the feature `runtime-benchmarks`. */
    wasm: { type: 'string' },
  },
});

/** Runs the benchmarks of a pallet in a node with benchmarks compiled in, which few published ones have. */
function runNode(node: string, wasm: string, pallet: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'training-ledger-bench-'));
  try {
    const file = join(folder, 'results.json');
    const which = ['--runtime', wasm, '--pallet', pallet, '--extrinsic', '*', '--extra'];
    const how = [
      '--steps',
      values.steps,
      '--repeat',
      values.repeat,
      '--no-storage-info',
      '--quiet',
    ];
    const start = ['--genesis-builder', 'runtime', '--genesis-builder-preset', 'development'];
    const args = ['benchmark', 'pallet', ...which, ...how, ...start, '--json-file', file];
    execFileSync(node, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs the benchmarks of a pallet in the nodes' executor, by the program in scripts/bench-runner. */
function runExecutor(rust: RustToolchain, wasm: string, pallet: string): string {
  const program = ['run', '--locked', '-q', '--release', '--', wasm, pallet];
  return execFileSync('cargo', [...program, values.steps, values.repeat], {
    cwd: RUNNER,
    env: { ...rust.env, CARGO_TARGET_DIR: TARGET },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** What the runtime charges, by benchmark: picoseconds for n = 1, 2 and so on. */
function charges(rust: RustToolchain): Record<string, number[]> {
  const args = ['run', '--locked', '-q', '-p', 'pallet-training-ledger', '--example', 'charges'];
  const env = { ...rust.env, CARGO_TARGET_DIR: CARGO_TARGET };
  return JSON.parse(execFileSync('cargo', args, { cwd: CHAIN, env, encoding: 'utf8' }));
}

const time = (picoseconds: number): string =>
  picoseconds < 1e9
    ? `${(picoseconds / 1e6).toFixed(1)} us`
    : `${(picoseconds / 1e9).toFixed(2)} ms`;

function rows(comparisons: readonly Comparison[]): string[][] {
  return comparisons.flatMap(({ name, points }) =>
    [points[0], points.length > 1 ? points.at(-1) : undefined]
      .filter((point) => point !== undefined)
      .map(({ n, measured, charged }) => [
        points.length > 1 ? `${name}, n = ${n}` : name,
        time(measured),
        time(charged),
        (charged / measured).toFixed(2),
      ]),
  );
}

function print(head: readonly string[], body: readonly string[][], markdown: boolean): void {
  if (markdown) {
    const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
    console.log([line(head), line(head.map(() => '---')), ...body.map(line), ''].join('\n'));
    return;
  }
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  table.push(...body);
  console.log(table.toString());
}

const wasm = values.wasm ?? buildWasm({ features: ['runtime-benchmarks'], target: TARGET });
const rust = findRust();
if (rust === undefined) throw new Error('There is no Rust toolchain.');
const charged = charges(rust);
const node = process.env['POLKADOT_OMNI_NODE'];
const measured = PALLETS.map((pallet) =>
  node === undefined ? runExecutor(rust, wasm, pallet) : runNode(node, wasm, pallet),
);
const comparisons = compare(measured.flatMap(readMeasurements), charged);
const blocks = perBlock(charged);
const under = comparisons.filter(({ points }) =>
  points.some((point) => point.charged < point.measured),
);
if (values.json) {
  console.log(JSON.stringify({ comparisons, perBlock: blocks }, null, 2));
} else {
  print(
    ['Operation', 'Measured', 'Charged', 'Charged / measured'],
    rows(comparisons),
    values.markdown,
  );
  const body = blocks.map(({ kind, alone, batched }) => [
    kind,
    String(alone),
    batched === undefined ? '' : String(batched),
  ]);
  print(['In 2 s of compute', 'Alone', 'In batches of 16'], body, values.markdown);
}
for (const { name } of under) console.error(`Charged less than measured: ${name}.`);
process.exitCode = under.length === 0 ? 0 : 1;
