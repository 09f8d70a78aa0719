// SPDX-License-Identifier: Apache-2.0
// What a suite of the real network reads, so that one that passed runs again only when that has changed.
import { ROOT } from '../paths.ts';
import type { Counts } from './counts.ts';
import { type Inputs, inputsHash, type KeptResult, keepResult, keptResult } from './passed.ts';

const PATHS = [
  'circuits',
  'inference-node',
  'network',
  'offchain-worker',
  'runtime-types',
  'scripts',
  'sdk',
  'test',
  'zombienet.toml',
  'package-lock.json',
];
/** Tests of single packages and of other checks, benchmarks and texts. */
const OTHERS =
  /\/src\/.*\.test\.ts$|^test\/(docs|inference-node|sdk|worker|upgrade)\/.*\.test\.ts$|\/bench\/|\.md$/;
const SUITE = /^test\/network\/(.*)\.test\.ts$/;

/** Everything that a suite reads: of the suites, its own file only. */
export function suiteInputs(suite: string, programs: readonly string[], root = ROOT): Inputs {
  const counts = (path: string): boolean =>
    !OTHERS.test(path) && (SUITE.exec(path)?.[1] ?? suite) === suite;
  return { root, paths: PATHS, counts, facts: [process.version], programs };
}

/** Results of suites by what they read. */
export class SuiteResults {
  readonly #hashes = new Map<string, string>();
  readonly #programs: readonly string[];

  /** @param programs paths of the nodes' programs */
  constructor(programs: readonly string[]) {
    this.#programs = programs;
  }

  /** The result that a suite had when it passed as it is now; undefined if it did not. */
  async of(suite: string): Promise<KeptResult | undefined> {
    const hash = await inputsHash(suiteInputs(suite, this.#programs));
    this.#hashes.set(suite, hash);
    return keptResult(nameOf(suite), hash);
  }

  /** Keeps the result of a suite that was looked up before it ran, if it passed. */
  async keep(suite: string, counts: Counts): Promise<void> {
    const hash = this.#hashes.get(suite);
    if (hash !== undefined) await keepResult(nameOf(suite), hash, counts);
  }
}

const nameOf = (suite: string): string => `network suite ${suite}`;
