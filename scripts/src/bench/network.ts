// SPDX-License-Identifier: Apache-2.0
// `npm run bench:network`: what blocks of the embedded network cost with the native executor and with Chopsticks' own, in turns in
// one run. A ratio above 1 means that the native executor is faster.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type ExecutorKind, useExecutor } from '@training-ledger/network';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import Table from 'cli-table3';
import { measure } from './measure.ts';

const KINDS: readonly ExecutorKind[] = ['native', 'chopsticks'];
/** What is timed, and how people call it. */
const PARTS = {
  start: 'start of a network of one chain',
  emptyBlock: 'empty block',
  transfer: 'block with a transfer',
  op: 'block with an op of three proofs',
} as const;
type Part = keyof typeof PARTS;
const parts = Object.keys(PARTS) as Part[];

/** Milliseconds of every time, by part. */
type Times = Readonly<Record<Part, readonly number[]>>;

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
};
const rounded = (value: number): number => Number(value.toPrecision(4));

/** One network in a process of its own: what the first one loads would help the second. */
async function runOnce(kind: ExecutorKind, blocks: number, ops: number): Promise<Times> {
  const script = fileURLToPath(new URL('./network-run.ts', import.meta.url));
  const args = [...process.execArgv, script, kind, String(blocks), String(ops)];
  const { result } = await measure(process.execPath, args);
  return result as unknown as Times;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '2' },
    blocks: { type: 'string', default: '5' },
    ops: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
const atMost = (text: string, most: number): number =>
  Math.min(most, Math.max(1, Math.floor(Number(text)) || 1));
const [rounds, blocks, ops] = [
  atMost(values.rounds, 20),
  atMost(values.blocks, 100),
  atMost(values.ops, 20),
];

try {
  // Tells what to do where there is no native executor.
  await (await useExecutor('native'))();
  const all = new Map<ExecutorKind, Times[]>(KINDS.map((kind) => [kind, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const kind of KINDS) {
      console.error(`round ${round} of ${rounds}: ${kind}`);
      all.get(kind)?.push(await runOnce(kind, blocks, ops));
    }
  }
  const times = (kind: ExecutorKind, part: Part): number[] =>
    (all.get(kind) ?? []).flatMap((one) => one[part]);
  const medians = Object.fromEntries(
    KINDS.map((kind) => [
      kind,
      Object.fromEntries(parts.map((part) => [part, rounded(median(times(kind, part)))])),
    ]),
  ) as Record<ExecutorKind, Record<Part, number>>;
  const ratios = Object.fromEntries(
    parts.map((part) => [part, rounded(medians.chopsticks[part] / medians.native[part])]),
  ) as Record<Part, number>;
  if (values.json) {
    const milliseconds = Object.fromEntries(
      KINDS.map((kind) => [
        kind,
        Object.fromEntries(parts.map((part) => [part, times(kind, part).map(rounded)])),
      ]),
    );
    console.log(JSON.stringify({ ratios, medians, milliseconds, rounds }));
  } else {
    const table = new Table({
      head: ['median (ms)', 'native', 'chopsticks', 'native is faster'],
      colAligns: ['left', 'right', 'right', 'right'],
      style: { head: [], border: [] },
    });
    for (const part of parts) {
      const [native, chopsticks] = [medians.native[part], medians.chopsticks[part]];
      table.push([PARTS[part], native, chopsticks, `${ratios[part].toFixed(1)} times`]);
    }
    console.log(table.toString());
  }
  process.exit(0);
} catch (error) {
  console.error(error instanceof LedgerError ? error.message : error);
  process.exit(1);
}
