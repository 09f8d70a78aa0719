// SPDX-License-Identifier: Apache-2.0
// The handwritten-digits data set and how it is dealt out (source and licence: network/data/README.md).
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

/** One image: 64 pixels of 0..16 row by row, and the digit. */
export interface Digit {
  readonly pixels: readonly number[];
  readonly label: number;
}

/** Shares of the data that no two parties have in common. */
export interface Shares {
  /** Public test set, drawn from by the rounds' challenges. */
  readonly test: readonly Digit[];
  /** What the base model's owner starts from. */
  readonly owner: readonly Digit[];
  /** A share for each worker's local model. */
  readonly workers: readonly (readonly Digit[])[];
  /** A share for each user: a few digits make up most of it (non-IID), unless it was dealt evenly. */
  readonly users: readonly (readonly Digit[])[];
}

const DIGITS = new URL('../../data/digits.csv.gz', import.meta.url);
const TEST_SIZE = 360;
const OWNER_SIZE = 40;
const WORKER_SIZE = 150;
/** Shards a user holds; each shard is nearly one digit (McMahan et al. 2017, section 3). */
const SHARDS_PER_USER = 3;

/** Reads all 1,797 images. */
export async function loadDigits(): Promise<Digit[]> {
  const text = gunzipSync(await readFile(DIGITS)).toString('utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number))
    .map((numbers) => ({ pixels: numbers.slice(0, -1), label: numbers.at(-1) as number }));
}

/**
 * Deals the images out, the same way for the same `seed`. A worker gets `workerSize` of them; users get what is left, `evenly` at random
 * instead of a few digits each.
 */
export function dealShares(
  digits: readonly Digit[],
  {
    users,
    workers,
    seed,
    workerSize = WORKER_SIZE,
    evenly = false,
  }: { users: number; workers: number; seed: number; workerSize?: number; evenly?: boolean },
): Shares {
  const random = mulberry32(seed);
  const deck = shuffled(digits, random);
  const take = (count: number): Digit[] => deck.splice(0, count);
  const test = take(TEST_SIZE);
  const owner = take(OWNER_SIZE);
  const workerShares = Array.from({ length: workers }, () => take(workerSize));
  const ordered = evenly ? deck : deck.sort((a, b) => a.label - b.label);
  const shardCount = users * SHARDS_PER_USER;
  const shard = (i: number): Digit[] =>
    ordered.slice(
      Math.floor((i * ordered.length) / shardCount),
      Math.floor(((i + 1) * ordered.length) / shardCount),
    );
  const order = shuffled([...Array(shardCount).keys()], random);
  const userShares = Array.from({ length: users }, (_, user) =>
    shuffled(
      order.slice(user * SHARDS_PER_USER, (user + 1) * SHARDS_PER_USER).flatMap(shard),
      random,
    ),
  );
  return { test, owner, workers: workerShares, users: userShares };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}

/** Small seeded generator (mulberry32): shares need to be repeatable, not unpredictable. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
