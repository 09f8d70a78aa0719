// SPDX-License-Identifier: Apache-2.0
// `npm run bench:proofs`: what a proof of accuracy costs with the native prover, with snarkjs, and with EZKL, on the same model
// and samples in the same run. A ratio above 1 means that the native prover is faster.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureKeys, findNativeProver, keysOfCircuit } from '@training-ledger/circuits';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import Table from 'cli-table3';
import { measure, type PythonPeer, pythonWith } from './measure.ts';
import { benchmarkStatement } from './statement.ts';

const EZKL: PythonPeer = {
  name: 'ezkl',
  packages: ['ezkl==23.0.5', 'onnx', 'numpy'],
  modules: ['ezkl', 'onnx'],
  variable: 'TRAINING_LEDGER_EZKL_PYTHON',
};

/** What one prover took. */
interface Measured {
  readonly prover: string;
  /** Milliseconds, witness and proof. */
  readonly median: number;
  readonly times: readonly number[];
  readonly peakMemory: number;
  readonly proofBytes: number;
  /** Milliseconds of the witness alone. */
  readonly witness?: number;
  readonly notes?: string;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function measureOurs(backend: string, circuit: string, runs: number): Promise<Measured> {
  const args = [...process.execArgv, here('./prove.ts'), backend, circuit, String(runs)];
  const { result, peakMemory } = await measure(process.execPath, args);
  const { times, witness, bytes } = result as { times: number[]; witness: number[]; bytes: number };
  return {
    prover: backend,
    median: median(times),
    times,
    peakMemory,
    proofBytes: bytes,
    witness: median(witness),
  };
}

async function measureEzkl(circuit: string, runs: number, python: string): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'ezkl-'));
  try {
    const { layers, samples, labels } = await benchmarkStatement(circuit);
    const file = join(folder, 'statement.json');
    await writeFile(file, JSON.stringify({ layers, samples, labels }));
    const { result, peakMemory } = await measure(python, [
      here('./prove_with_ezkl.py'),
      file,
      folder,
      String(runs),
    ]);
    const { times, bytes, rows, logrows, scales, version } = result as Record<string, number> & {
      times: number[];
    };
    const notes = `version ${version}, ${rows} rows in 2^${logrows}, scales ${scales}`;
    return {
      prover: 'ezkl',
      median: median(times),
      times,
      peakMemory,
      proofBytes: bytes as number,
      notes,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    circuit: { type: 'string', default: 'zkpot-64x10x256' },
    runs: { type: 'string', default: '3' },
    against: { type: 'string', multiple: true, default: ['snarkjs', 'ezkl'] },
    json: { type: 'boolean', default: false },
  },
});
const say = (message: string): void => console.error(message);
const runs = Math.min(20, Math.max(1, Math.floor(Number(values.runs)) || 1));

try {
  if (findNativeProver() === undefined) {
    throw new LedgerError('There is no native prover to measure.', {
      code: 'NOT_AVAILABLE',
      hint: 'Build it with "npm run prover:build".',
    });
  }
  const { circuit, against } = values;
  const { statement, samples, correct } = await benchmarkStatement(circuit);
  await ensureKeys(statement.circuit, say);
  const { constraints } = await keysOfCircuit(statement.circuit);
  say(
    `${circuit}: ${constraints} constraints; ${correct} of ${samples.length} samples are proven correct`,
  );
  const measured: Measured[] = [];
  for (const prover of ['native', ...against]) {
    say(`${prover} proves ${runs} times`);
    measured.push(
      prover === 'ezkl'
        ? await measureEzkl(circuit, runs, await pythonWith(EZKL, say))
        : await measureOurs(prover, circuit, runs),
    );
  }
  const [ours] = measured as [Measured];
  const ratios = Object.fromEntries(
    measured
      .slice(1)
      .map(({ prover, median }) => [prover, Number((median / ours.median).toFixed(2))]),
  );
  if (values.json) console.log(JSON.stringify({ ratios, circuit, constraints, measured }));
  else {
    const table = new Table({
      head: [
        'prover',
        'proof (s)',
        'of which witness',
        'peak memory',
        'proof bytes',
        'native is faster',
        '',
      ],
      colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
      style: { head: [], border: [] },
    });
    for (const { prover, median, witness, peakMemory, proofBytes, notes } of measured) {
      table.push([
        prover,
        (median / 1_000).toFixed(2),
        witness === undefined ? '' : (witness / 1_000).toFixed(2),
        `${Math.round(peakMemory / 2 ** 20)} MB`,
        proofBytes,
        ratios[prover] === undefined ? '' : `${ratios[prover]} times`,
        notes ?? '',
      ]);
    }
    console.log(table.toString());
  }
  process.exit(0);
} catch (error) {
  console.error(error instanceof LedgerError ? error.message : error);
  process.exit(1);
}
