// SPDX-License-Identifier: Apache-2.0
// What a prover is given.
import type { CircuitId } from './shape.ts';

/** A value of a circuit's input: scalars, nested for arrays of signals. */
export type Signal = bigint | number | readonly Signal[];

/** A true statement with its witness. The witness is secret. */
export interface Statement {
  readonly circuit: CircuitId;
  /** In the circuit's order. */
  readonly publicInputs: readonly bigint[];
  /** Every input signal of the circuit by name, the public ones too. */
  readonly inputs: Readonly<Record<string, Signal>>;
}

/** Makes a statement of named public inputs, in their order, and private ones. */
export function statement(
  circuit: CircuitId,
  publicSignals: Readonly<Record<string, bigint>>,
  privateSignals: Readonly<Record<string, Signal>>,
): Statement {
  return {
    circuit,
    publicInputs: Object.values(publicSignals),
    inputs: { ...publicSignals, ...privateSignals },
  };
}
