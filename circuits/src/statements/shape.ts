// SPDX-License-Identifier: Apache-2.0
// Shapes of models and names of circuits.
import { StatementError } from './errors.ts';

/** Shape of a linear classifier: `classes` rows of `features` weights and a bias. */
export interface Shape {
  readonly features: number;
  readonly classes: number;
}

/** The statements of the protocol. */
export type CircuitName = 'interaction' | 'improvement' | 'ownership' | 'contribution' | 'zkpot';

/** A statement for a shape; `interaction`, `ownership` and `contribution` have none. */
export type CircuitId =
  | 'interaction'
  | 'ownership'
  | 'contribution'
  | `${'improvement' | 'zkpot'}-${number}x${number}`;

/** What a compiled circuit is made for. */
export interface CircuitShape extends Shape {
  /** Samples of the validation batch of `improvement`. */
  readonly batch: number;
  /** Samples of the challenge of `zkpot`. */
  readonly challenge: number;
}

/** Shapes for which circuits are compiled. */
export const SHAPES: readonly CircuitShape[] = [
  { features: 64, classes: 10, batch: 8, challenge: 64 },
  { features: 16, classes: 4, batch: 4, challenge: 16 },
];

/** Public inputs of each statement, in order. */
export const PUBLIC_INPUTS: Readonly<Record<CircuitName, readonly string[]>> = {
  interaction: ['binding', 'commitment', 'nodeKey', 'notBefore', 'notAfter'],
  improvement: ['binding', 'oldState', 'update', 'newState', 'batch', 'delta'],
  ownership: ['binding', 'userId', 'nullifier'],
  contribution: ['binding', 'dataCommitment', 'contributorId', 'contributionType'],
  zkpot: ['binding', 'state', 'correct', 'r', 'z', 'v'],
};

/** Ids of all compiled circuits. */
export const CIRCUITS: readonly CircuitId[] = [
  'interaction',
  'ownership',
  'contribution',
  ...SHAPES.flatMap(({ features, classes }): CircuitId[] => [
    `improvement-${features}x${classes}`,
    `zkpot-${features}x${classes}`,
  ]),
];

/** The circuit of a statement for a shape. */
export function circuitId(name: CircuitName, shape: Shape): CircuitId {
  return name === 'improvement' || name === 'zkpot'
    ? `${name}-${shape.features}x${shape.classes}`
    : name;
}

/** The statement that a circuit proves. */
export function circuitName(id: CircuitId): CircuitName {
  return id.split('-')[0] as CircuitName;
}

/**
 * The compiled circuits' sizes for a shape.
 * @throws StatementError `UNKNOWN_CIRCUIT` for a shape without circuits.
 */
export function circuitShape({ features, classes }: Shape): CircuitShape {
  const found = SHAPES.find((shape) => shape.features === features && shape.classes === classes);
  if (found === undefined) {
    throw new StatementError(
      'UNKNOWN_CIRCUIT',
      `There is no circuit for ${features} features and ${classes} classes.`,
      undefined,
      `Shapes: ${SHAPES.map((shape) => `${shape.features}x${shape.classes}`).join(', ')}.`,
    );
  }
  return found;
}

/** Weights and biases of a shape. */
export function parameterCount({ features, classes }: Shape): number {
  return classes * (features + 1);
}

/** Bits that hold the difference of two scores: |score| < (F + 1) 2^22. */
export function scoreBits({ features }: Shape): number {
  return 23 + Math.ceil(Math.log2(features + 1));
}
