// SPDX-License-Identifier: GPL-3.0-only
// npm run measure:commitments -w circuits: how long commitments and checks of openings take here, in milliseconds: the fastest
// of some runs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMITTERS, randomVector } from './committers.ts';

const RUNS = 5;
const CHECKED = { scalars: 24_000, openings: 100 };

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
    const openings = Array(scalars === CHECKED.scalars ? CHECKED.openings : 0).fill({ commitment });
    const [commits, checks]: [number[], number[]] = [[], []];
    // In turns, because the machine may have other work at times.
    for (let i = 0; i < RUNS; i++) {
      commits.push(await time(() => committer.commit(vector)));
      checks.push(await time(() => committer.checkOpenings(openings, async () => vector)));
    }
    const [commit, check] = [Math.min(...commits), Math.min(...checks)];
    const row: Record<string, string | number> = { name, scalars, commit: commit.toFixed(0) };
    row['first, with new generators'] = first.toFixed(0);
    if (openings.length > 0) {
      row[`check of ${openings.length}`] = check.toFixed(0);
      row['ratio'] = (check / commit).toFixed(2);
    }
    console.log(JSON.stringify(row));
  }
  await committer.close();
}
rmSync(cache, { recursive: true });
