// SPDX-License-Identifier: Apache-2.0
// What a prover is given.
import { StatementError } from './errors.ts';
import { isField } from './field.ts';
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

/**
 * Makes a statement of named public inputs, in their order, and private ones.
 * @throws StatementError `FIELD_RANGE` for a scalar that is not canonical: the circuit would silently reduce it.
 */
export function statement(
  circuit: CircuitId,
  publicSignals: Readonly<Record<string, bigint>>,
  privateSignals: Readonly<Record<string, Signal>>,
): Statement {
  for (const [name, signal] of Object.entries({ ...publicSignals, ...privateSignals })) {
    if (!isCanonical(signal)) {
      // Names the signal, never its value, which may be secret.
      throw new StatementError(
        'FIELD_RANGE',
        'A scalar must be at least 0 and below the group order.',
        `Signal ${name} of ${circuit} is not.`,
      );
    }
  }
  return {
    circuit,
    publicInputs: Object.values(publicSignals),
    inputs: { ...publicSignals, ...privateSignals },
  };
}

/** Plain numbers stand for small integers of either sign, which the reference model has checked. */
function isCanonical(signal: Signal): boolean {
  if (typeof signal === 'bigint') return isField(signal);
  return typeof signal === 'number' ? Number.isSafeInteger(signal) : signal.every(isCanonical);
}
