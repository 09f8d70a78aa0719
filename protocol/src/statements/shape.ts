// SPDX-License-Identifier: Apache-2.0
// Shapes of models and names of circuits.
import { StatementError } from './errors.ts';

/** Shape of a linear classifier: `classes` rows of `features` weights and a bias. */
export interface Shape {
  readonly features: number;
  readonly classes: number;
}

/** Shape of a classifier with one hidden layer: `hidden` rows on the features, then `classes` rows on those. */
export interface MlpShape extends Shape {
  readonly hidden: number;
}

/** The statements of the protocol. */
export type CircuitName = 'interaction' | 'improvement' | 'ownership' | 'contribution' | 'zkpot';

/** A statement for a shape; `interaction`, `ownership` and `contribution` have none. */
export type CircuitId =
  | 'interaction'
  | 'ownership'
  | 'contribution'
  | `${'improvement' | 'zkpot'}-${number}x${number}`
  // With a number of challenge samples or of hidden units, or with both: ZKPOT_CIRCUITS has them in parts.
  | `zkpot-${number}x${number}x${number}`
  | `zkpot-${number}x${number}x${number}x${number}`;

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

/** What a circuit of `zkpot` is made for. */
export interface ZkpotCircuit {
  readonly id: CircuitId;
  readonly shape: Shape | MlpShape;
  /** Samples of the challenge. */
  readonly samples: number;
  /** Whether its key ships. Others are built when needed and kept in the cache: see README. */
  readonly shipped: boolean;
}

/** All circuits of `zkpot`: the default of each shape, then the large ones and small ones of their kind. */
export const ZKPOT_CIRCUITS: readonly ZkpotCircuit[] = [
  ...SHAPES.map(
    ({ features, classes, challenge }): ZkpotCircuit => ({
      id: `zkpot-${features}x${classes}`,
      shape: { features, classes },
      samples: challenge,
      shipped: true,
    }),
  ),
  { id: 'zkpot-64x10x256', shape: { features: 64, classes: 10 }, samples: 256, shipped: false },
  { id: 'zkpot-16x4x32', shape: { features: 16, classes: 4 }, samples: 32, shipped: false },
  {
    id: 'zkpot-64x32x10',
    shape: { features: 64, hidden: 32, classes: 10 },
    samples: 64,
    shipped: false,
  },
  {
    id: 'zkpot-64x32x10x256',
    shape: { features: 64, hidden: 32, classes: 10 },
    samples: 256,
    shipped: false,
  },
  {
    id: 'zkpot-16x8x4',
    shape: { features: 16, hidden: 8, classes: 4 },
    samples: 16,
    shipped: false,
  },
];

/** Ids of the circuits whose keys are not shipped. A federation registers the one that it uses for itself. */
export const UNSHIPPED_CIRCUITS: readonly CircuitId[] = ZKPOT_CIRCUITS.filter(
  ({ shipped }) => !shipped,
).map(({ id }) => id);

/** Ids of the circuits whose keys are shipped, and registered for all federations. */
export const CIRCUITS: readonly CircuitId[] = [
  'interaction',
  'ownership',
  'contribution',
  ...SHAPES.flatMap(({ features, classes }): CircuitId[] => [
    `improvement-${features}x${classes}`,
    `zkpot-${features}x${classes}`,
  ]),
];

/**
 * The circuit of a statement for a shape. `samples` is for `zkpot`: that of the challenge where it is not the shape's
 * default.
 * @throws StatementError `UNKNOWN_CIRCUIT` for a hidden layer or a number of samples that no circuit is made for.
 */
export function circuitId(name: CircuitName, shape: Shape | MlpShape, samples?: number): CircuitId {
  if (name === 'improvement') return `improvement-${shape.features}x${shape.classes}`;
  if (name !== 'zkpot') return name;
  const plain = samples === undefined && !isMlp(shape);
  return plain ? `zkpot-${shape.features}x${shape.classes}` : findZkpot(shape, samples).id;
}

/** Whether a shape has a hidden layer. */
export function isMlp(shape: Shape | MlpShape): shape is MlpShape {
  return (shape as Partial<MlpShape>).hidden !== undefined;
}

/** A shape's name, such as 64x10. */
export function shapeName(shape: Shape | MlpShape): string {
  const { features, classes } = shape;
  return isMlp(shape) ? `${features}x${shape.hidden}x${classes}` : `${features}x${classes}`;
}

/** The circuit of `zkpot` for a shape; without `samples` the first one, which is the shape's default. */
function findZkpot(shape: Shape | MlpShape, samples?: number): ZkpotCircuit {
  const made = ZKPOT_CIRCUITS.filter((each) => shapeName(each.shape) === shapeName(shape));
  const found = made.find((each) => samples === undefined || each.samples === samples);
  if (found === undefined) {
    const shapes = new Set(ZKPOT_CIRCUITS.map((each) => shapeName(each.shape)));
    throw new StatementError(
      'UNKNOWN_CIRCUIT',
      `There is no zkpot circuit for ${shapeName(shape)} and ${samples ?? 'any number of'} samples.`,
      undefined,
      made.length === 0
        ? `Shapes: ${[...shapes].join(', ')}.`
        : `Samples: ${made.map((each) => each.samples).join(', ')}.`,
    );
  }
  return found;
}

/**
 * What a circuit of `zkpot` is made for.
 * @throws StatementError `UNKNOWN_CIRCUIT`.
 */
export function zkpotCircuit(id: CircuitId): ZkpotCircuit {
  const found = ZKPOT_CIRCUITS.find((each) => each.id === id);
  if (found === undefined) {
    throw new StatementError('UNKNOWN_CIRCUIT', `${id} is not a circuit of zkpot.`);
  }
  return found;
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
export function parameterCount(shape: Shape | MlpShape): number {
  const { features, classes } = shape;
  return isMlp(shape)
    ? shape.hidden * (features + 1) + classes * (shape.hidden + 1)
    : classes * (features + 1);
}

/** Bits that hold the difference of two scores of a linear model: |score| < (F + 1) 2^22. */
export function scoreBits({ features }: Shape): number {
  return 23 + Math.ceil(Math.log2(features + 1));
}
