// SPDX-License-Identifier: GPL-3.0-only
// npm run measure:commitments -w circuits: how long commitments and checks of openings take here, in milliseconds: the fastest
// of some runs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PackedVector } from '../commitment/packed.ts';
import { COMMITTERS, randomVector } from './committers.ts';

const RUNS = 5;
const CHECKED = { scalars: 24_000, openings: 100 };

/** A packed vector of `scalars` times five limbs of 36 bits, as updates have them. */
function randomPacked(scalars: number): PackedVector {
  const [bits, perScalar, count] = [36, 5, 5 * scalars];
  const bytes = new Uint8Array((count * bits) / 8);
  for (let at = 0; at < bytes.length; at += 2 ** 16) {
    crypto.getRandomValues(bytes.subarray(at, at + 2 ** 16));
  }
  const bounds = [2 ** bits];
  return {
    bytes,
    streams: [{ start: 0, bits, bounds, run: count, count, perScalar, limbBytes: 6 }],
  };
}

/** Milliseconds that a task takes. */
async function time(task: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

const cache = mkdtempSync(join(tmpdir(), 'generators-'));
for (const { name, create } of COMMITTERS) {
  const committer = create({ cache: join(cache, name) });
  await committer.commit(randomVector(1));
  for (const scalars of [4226, CHECKED.scalars, 230_000]) {
    const vector = randomVector(scalars);
    let commitment: Uint8Array = new Uint8Array();
    const first = await time(async () => {
      commitment = await committer.commit(vector);
    });
    const [commits, checks, packed]: [number[], number[], number[]] = [[], [], []];
    const openings = Array(scalars === CHECKED.scalars ? CHECKED.openings : 0).fill({ commitment });
    const packedVector = randomPacked(scalars);
    const opening = { commitment: await committer.commit(packedVector) };
    // In turns, because the machine may have other work at times.
    for (let i = 0; i < RUNS; i++) {
      commits.push(await time(() => committer.commit(vector)));
      checks.push(await time(() => committer.checkOpenings(openings, async () => vector)));
      const packedOpenings = openings.map(() => opening);
      const read = async () => packedVector;
      packed.push(await time(() => committer.checkOpenings(packedOpenings, read)));
    }
    const commit = Math.min(...commits);
    const row: Record<string, string | number> = { name, scalars, commit: commit.toFixed(0) };
    row['first, with new generators'] = first.toFixed(0);
    if (openings.length > 0) {
      for (const [what, times] of [
        ['scalars', checks],
        ['packed', packed],
      ] as const) {
        const check = Math.min(...times);
        row[`check of ${openings.length}, ${what}`] = check.toFixed(0);
        row[`ratio, ${what}`] = (check / commit).toFixed(2);
      }
    }
    console.log(JSON.stringify(row));
  }
  await committer.close();
}
rmSync(cache, { recursive: true });
