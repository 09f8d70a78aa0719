// SPDX-License-Identifier: Apache-2.0
// A report as a job of two users and two rounds makes it.
import type { Report } from './report.ts';

export const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
export const BOB = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty';
const id = (digit: string): string => `0x${digit.repeat(64)}`;

/** A block whose leader has proven 57 of 64; another worker and the generation have proven other numbers. */
const block = (round: number): Report['blocks'][number] => ({
  number: round + 1,
  hash: id(String(round + 1)),
  round,
  ops: 2,
  leader: BOB,
  provenCorrect: 57,
  challenge: 64,
  proven: [
    { worker: BOB, correct: 57 },
    { worker: ALICE, correct: 51 },
  ],
  generation: { index: round + 1, provenCorrect: 62 },
  accuracy: { before: 0.4 + 0.2 * round, after: 0.6 + 0.2 * round },
});

const op = (user: string, round: number, digit: string): Report['operations'][number] => ({
  id: id(digit),
  user,
  round,
  delta: 4 * (round + 1),
  batch: 8,
  reward: 100.5,
});

/** The report. */
export const REPORT: Report = {
  settings: { users: 2, rounds: 2, seed: 1 },
  chain: { genesis: id('a'), base: id('b'), prover: 'native (shipped)' },
  accuracy: { before: 0.4, after: 0.8 },
  blocks: [block(0), block(1)],
  users: [
    { name: 'user 1', address: ALICE, model: id('c') },
    { name: 'user 2', address: BOB, model: id('d') },
  ],
  workers: [
    { name: 'worker 1', address: ALICE },
    { name: 'worker 2', address: BOB },
  ],
  operations: [
    op('user 1', 0, '5'),
    op('user 2', 0, '6'),
    op('user 1', 1, '7'),
    op('user 2', 1, '8'),
  ],
  exported: { file: 'export.json', ops: 2, sealedOps: 2, proofs: 6 },
  refused: [{ attempt: 'double claim: an op that was paid', error: 'rewards.AlreadyClaimed' }],
  timings: { network: 1_000, operations: 5_000, total: 9_000 },
  spans: [
    { stage: 'network', from: 0, to: 1_000 },
    { stage: 'operations', from: 1_000, to: 3_500 },
    { stage: 'operations', from: 5_000, to: 7_500 },
  ],
};
