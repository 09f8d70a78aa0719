// SPDX-License-Identifier: GPL-3.0-only
// What a prover of `zkpot` would say who lies, with a transcript that fits the lie. Computed apart from the statements: sums
// into which values out of range carry over, as the circuits pack.
import {
  evaluateChallenge,
  FIELD_ORDER,
  hashMany,
  isMlp,
  type MlpShape,
  marginBits,
  poseidon,
  type Sample,
  type Shape,
  type Signal,
  type Statement,
  sumBits,
  toField,
} from '@training-ledger/protocol/statements';
import { packSum } from '@training-ledger/protocol/testing';
import { innerRefusal, refusal } from './constraints.ts';

type Inputs = Statement['inputs'];
/** What a liar puts for the combination u of the true challenge's columns at r. */
type Lie = (u: bigint[], r: bigint) => bigint[];

/** Integers of a signal. */
export const big = (signal: unknown): bigint[] => (signal as (bigint | number)[]).map(BigInt);
const rowsOf = (signal: unknown): bigint[][] => (signal as unknown[]).map(big);

/** sum_n r^n of the columns of rows. */
export function combined(rows: readonly bigint[][], r: bigint): bigint[] {
  const sums = (rows[0] as bigint[]).map(() => 0n);
  let power = 1n;
  for (const row of rows) {
    row.forEach((value, f) => {
      sums[f] = toField((sums[f] as bigint) + power * value);
    });
    power = (power * r) % FIELD_ORDER;
  }
  return sums;
}

/** A statement about a challenge, and lies in its place. */
export class Forger {
  readonly #shape: Shape | MlpShape;
  readonly #sound: Statement;
  readonly #challenge: readonly Sample[];

  constructor(shape: Shape | MlpShape, sound: Statement, challenge: readonly Sample[]) {
    this.#shape = shape;
    this.#sound = sound;
    this.#challenge = challenge;
  }

  /** The statement's inputs with `changes`: state, r, u, z, v and `correct` are computed again, v as the verifier does. */
  inputs(changes: Inputs, lie: Lie = (u) => u): Inputs {
    const inputs: Inputs = { ...this.#sound.inputs, ...changes };
    const shape = this.#shape;
    const shifted = big(inputs['weights']).map((weight) => weight + 2n ** 15n);
    const digest = hashMany(isMlp(shape) ? 6 : 1, packSum(shifted, 16, 15));
    const state = poseidon([digest, BigInt(inputs['salt'] as bigint)]);
    const margin = marginBits(shape);
    const margins = packSum(rowsOf(inputs['e']).flat(), margin, Math.floor(248 / margin));
    const q = big(inputs['q']);
    const labels = rowsOf(inputs['labels']).map(
      (row, n) => row.reduce((sum, one, c) => sum + one * BigInt(c), 0n) + 256n * (q[n] as bigint),
    );
    const transcript = [...margins, ...packSum(labels, 9, 27)];
    if (isMlp(shape)) {
      const bits = sumBits(shape);
      const sums = rowsOf(inputs['a']).flat();
      const half = 2n ** BigInt(bits - 1);
      transcript.unshift(
        ...packSum(
          sums.map((sum) => sum + half),
          bits,
          Math.floor(248 / bits),
        ),
      );
    }
    const r = hashMany(isMlp(shape) ? 8 : 7, [state, ...transcript]);
    const rows = this.#challenge.map(({ features, label }) => [...features, label].map(BigInt));
    const u = lie(combined(rows, r), r);
    const z = hashMany(5, [r, ...u]);
    const correct = toField(q.reduce((sum, flag) => sum + flag, 0n));
    return { ...inputs, state, r, u, z, v: evaluateChallenge(this.#challenge, r, z), correct };
  }

  /** The line of the circuit that refuses the lie; undefined if none does. */
  refused(changes: Inputs, lie?: Lie): Promise<string | undefined> {
    return refusal({ ...this.#sound, inputs: this.inputs(changes, lie) });
  }

  /** As {@link refused}, but the innermost line of ours. */
  refusedInside(changes: Inputs, lie?: Lie): Promise<string | undefined> {
    return innerRefusal({ ...this.#sound, inputs: this.inputs(changes, lie) });
  }

  /** A signal with another entry. */
  entry(name: string, at: number, value: unknown, base: Inputs = this.#sound.inputs): Inputs {
    return { [name]: (base[name] as unknown[]).with(at, value) as never };
  }

  /** A signal of rows with another entry. */
  cell(name: string, n: number, at: number, value: unknown, base = this.#sound.inputs): Inputs {
    const row = (base[name] as unknown[][])[n] as unknown[];
    return this.entry(name, n, row.with(at, value), base);
  }
}

/** Some of a statement's signals. */
export const pick = ({ inputs }: Statement, ...names: string[]): Inputs =>
  Object.fromEntries(names.map((name) => [name, inputs[name] as Signal]));
