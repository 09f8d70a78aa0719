// SPDX-License-Identifier: Apache-2.0
// One network of one chain on one executor, for `npm run bench:network`: prints what was timed, in milliseconds, as a line of JSON.
import { performance } from 'node:perf_hooks';
import { EmbeddedNetwork, type ExecutorKind, executorInUse } from '@training-ledger/network';
import { BenchLedger } from './network-ledger.ts';

const [kind, blocks, ops] = process.argv.slice(2) as [ExecutorKind, string, string];

async function timed(what: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await what();
  return performance.now() - started;
}

async function times(count: number, once: (i: number) => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push(await once(i));
  return all;
}

let network: EmbeddedNetwork | undefined;
const start = await timed(async () => {
  network = await EmbeddedNetwork.start({ paraIds: [1000], heartbeat: 0, executor: kind });
});
if (network === undefined || executorInUse() !== kind) throw new Error(`${kind} does not run.`);
const chain = network.chain(1000);
const emptyBlock = await times(Number(blocks), () => timed(() => chain.newBlock()));
const ledger = await BenchLedger.start(chain);
const transfer = await times(Number(blocks), () => ledger.transfer());
const op = await times(Number(ops), (i) => ledger.op(i + 1));
await ledger.stop();
await network.stop();
console.log(JSON.stringify({ start: [start], emptyBlock, transfer, op }));
// The libraries of the SDK may hold the process.
process.exit(0);
