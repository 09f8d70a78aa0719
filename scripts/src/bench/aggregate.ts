// SPDX-License-Identifier: Apache-2.0
// What encrypted aggregation takes, for bench/aggregation.ts: the client's part, the sum, the check of commitments, and the
// committee's part. Prints a line of JSON.
import { randomBytes } from 'node:crypto';
import { createVectorCommitter, type Vector } from '@training-ledger/circuits';
import {
  collectivePublicKey,
  createUpdateMasker,
  deal,
  memberKey,
  openDealing,
  openKeySum,
  openSum,
  parsePartialDecryption,
  partialDecryption,
  refreshKeyPart,
} from '@training-ledger/offchain-worker';
import {
  COMPACT_PACKING,
  kemKeyPair,
  LOSSLESS_PACKING,
  Packing,
  parseSum,
  toHex,
  UpdateSum,
  updateVector,
} from '@training-ledger/sdk';

/** Different update files; more contributors use them again. */
const DISTINCT = 8;
/** Commitments and checks that are timed, in turns; their medians count. */
const RUNS = 7;
const MEMBERS = 3;
const THRESHOLD = 2;

const [contributors, ...sizes] = process.argv.slice(2).map(Number) as [number, ...number[]];
const base = toHex(new Uint8Array(randomBytes(32)));

async function timed<T>(action: () => T | Promise<T>): Promise<[result: T, ms: number]> {
  const start = performance.now();
  const result = await action();
  return [result, performance.now() - start];
}

/** What the interpreter and the code take, in bytes. */
const memoryAtStart = process.memoryUsage.rss();
const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[times.length >> 1] as number;

const committer = createVectorCommitter();

// The committee's key, as its members make it.
const kems = Array.from({ length: MEMBERS }, () => kemKeyPair());
const facts = { base, epoch: 0, threshold: THRESHOLD };
const kemPublicKeys = kems.map(({ publicKey }) => publicKey);
const [dealings, dealt] = await timed(() =>
  kems.map((_, i) => deal({ ...facts, dealer: i + 1, kemPublicKeys })),
);
const [keys, checked] = await timed(() =>
  kems.map((kem, m) =>
    memberKey(
      dealings.map((dealing, d) =>
        openDealing(dealing, { ...facts, members: MEMBERS, dealer: d + 1, member: m + 1, kem }),
      ),
    ),
  ),
);
const publicKey = collectivePublicKey({ ...facts, dealings });

async function measure(parameters: number, options: typeof LOSSLESS_PACKING) {
  const packing = new Packing(options);
  const masker = await createUpdateMasker({ publicKey, base, packing });
  const update = Int32Array.from({ length: parameters }, () => Math.round(8_192 * Math.random()));
  const updates: Uint8Array[] = [];
  const masking: number[] = [];
  for (let i = 0; i < DISTINCT; i++) {
    const [file, ms] = await timed(() => masker.mask(update));
    updates.push(file);
    masking.push(ms);
  }
  const shape = { parameters, valuesPerCoefficient: packing.valuesPerCoefficient };
  const vectorOf = (i: number): Vector => updateVector(updates[i % DISTINCT] as Uint8Array, shape);
  const commitments: Uint8Array[] = [];
  // The first one also makes or reads the generators.
  for (let i = 0; i < DISTINCT; i++) commitments.push(await committer.commit(vectorOf(i)));
  const openings = Array.from({ length: contributors }, (_, i) => ({
    commitment: commitments[i % DISTINCT] as Uint8Array,
  }));
  const committing: number[] = [];
  const verifying: number[] = [];
  // In turns, because the machine may have other work at times. Medians, because the shorter one of the two would more often
  // have a fastest run that nothing disturbed.
  for (let i = 0; i < RUNS; i++) {
    committing.push((await timed(() => committer.commit(vectorOf(i))))[1]);
    const [wrong, ms] = await timed(() =>
      committer.checkOpenings(openings, async (index) => vectorOf(index)),
    );
    if (wrong.length > 0) throw new Error('A commitment does not open.');
    verifying.push(ms);
  }

  const add = (count: number): UpdateSum => {
    const sum = new UpdateSum(shape);
    for (let i = 0; i < count; i++) sum.add(updates[i % DISTINCT] as Uint8Array);
    return sum;
  };
  add(10);
  const growth: Record<number, number> = {};
  for (const count of [10, 100, 1_000]) growth[count] = (await timed(() => add(count)))[1];
  const [sum, added] = await timed(() => add(contributors));
  const file = sum.bytes();

  const parsed = parseSum(file, shape);
  const positions = [1, 2];
  const seed = new Uint8Array(randomBytes(32));
  const fresh = refreshKeyPart(parsed, { publicKey, seed });
  const [parts, decrypted] = await timed(() =>
    positions.map((position) =>
      partialDecryption({
        sum: fresh,
        attempt: 0,
        memberKey: keys[position - 1] as Uint8Array,
        position,
        positions,
      }),
    ),
  );
  const [mean, opened] = await timed(async () => {
    const shares = parts.map((part, i) =>
      parsePartialDecryption(part, { attempt: 0, position: i + 1, positions }),
    );
    const keySum = openKeySum({ sum: fresh, shares });
    return (await openSum({ base, sum: parsed, keySum, packing })).mean;
  });
  if (Math.abs((mean[0] as number) - (update[0] as number)) > 1_000) {
    throw new Error('The sum does not open.');
  }
  return {
    parameters,
    packing: options === LOSSLESS_PACKING ? 'lossless' : 'compact',
    bytes: (updates[0] as Uint8Array).length,
    mask: Math.min(...masking),
    commit: median(committing),
    add: added,
    growth,
    verify: median(verifying),
    partialDecryption: decrypted / positions.length,
    open: opened,
  };
}

const measured = [];
for (const parameters of sizes) {
  measured.push(await measure(parameters, LOSSLESS_PACKING));
  measured.push(await measure(parameters, COMPACT_PACKING));
}
await committer.close();
console.log(
  JSON.stringify({
    backend: committer.backend,
    memoryAtStart,
    dealing: dealt / MEMBERS,
    checking: checked / MEMBERS,
    measured,
  }),
);
