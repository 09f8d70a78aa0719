// SPDX-License-Identifier: Apache-2.0
// What the tests share: small true statements, and the arbitraries of the protocol's values.
import fc from 'fast-check';
import {
  commitInteraction,
  contributionStatement,
  FIELD_ORDER,
  type ImprovementWitness,
  type InteractionWitness,
  improvementStatement,
  interactionStatement,
  type MlpShape,
  nodeKeyPair,
  ownershipStatement,
  parameterCount,
  type Sample,
  type Shape,
  type Statement,
  signReceipt,
  toField,
  zkpotMlpStatement,
  zkpotStatement,
} from '../statements/index.ts';

/** The smaller of the shapes that have circuits: batch of 4, challenge of 16. */
export const SMALL: Shape = { features: 16, classes: 4 };

/** The smaller of the shapes with a hidden layer: challenge of 16. */
export const SMALL_MLP: MlpShape = { features: 16, hidden: 8, classes: 4 };

/** Any canonical scalar, its ends included. */
export const anyField: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: 0n, max: FIELD_ORDER - 1n }),
  fc.constantFrom(0n, 1n, FIELD_ORDER - 1n),
);

/** Weights of a shape, corners included. */
export const anyWeights = (shape: Shape | MlpShape): fc.Arbitrary<Int16Array> =>
  fc.int16Array({ minLength: parameterCount(shape), maxLength: parameterCount(shape) });

/** Samples of a shape. */
export const anySample = ({ features, classes }: Shape): fc.Arbitrary<Sample> =>
  fc.record({
    features: fc.int8Array({ minLength: features, maxLength: features }),
    label: fc.nat({ max: classes - 1 }),
  });

/** Weights of one class each: the class scores what feature f says, times `weight`. */
export function diagonal({ features, classes }: Shape, weight: number): Int16Array {
  const weights = new Int16Array(classes * (features + 1));
  for (let c = 0; c < classes; c++) weights[c * (features + 1) + c] = weight;
  return weights;
}

/** A sample whose feature `shown` is on: {@link diagonal} weights above zero predict that class. */
export function spike({ features }: Shape, shown: number, label = shown): Sample {
  const values = new Int8Array(features);
  values[shown] = 100;
  return { features: values, label };
}

/** New weights that classify all four samples, where the old ones take each for the class behind: an improvement of 4. */
export function improvementWitness(): ImprovementWitness {
  const oldWeights = diagonal(SMALL, 0);
  for (let f = 0; f < 4; f++) {
    for (let c = 0; c < 4; c++) oldWeights[17 * c + f] = c === f ? 0 : c === (f + 1) % 4 ? 20 : -20;
  }
  return {
    oldWeights,
    newWeights: diagonal(SMALL, 300),
    oldSalt: 101n,
    newSalt: 102n,
    updateSalt: 103n,
    batch: [0, 1, 2, 3].map((label) => spike(SMALL, label)),
    batchSalt: 104n,
  };
}

/** A model with its salt, and samples to test it on. */
interface ChallengeWitness {
  readonly weights: Int16Array;
  readonly salt: bigint;
  readonly challenge: Sample[];
}

/** A model and samples of which it classifies three quarters: every fourth has another label than it shows. */
export function challengeWitness(length = 16): ChallengeWitness {
  const challenge = Array.from({ length }, (_, n) => spike(SMALL, n % 4, n % 4 === 3 ? 0 : n % 4));
  return { weights: diagonal(SMALL, 300), salt: 105n, challenge };
}

/**
 * A model with a hidden layer, and sixteen samples of which it classifies twelve. Unit j fires for feature j and speaks for
 * class j; the others' sums are below zero.
 */
export function mlpWitness(): ChallengeWitness {
  const { features, hidden, classes } = SMALL_MLP;
  const weights = new Int16Array(parameterCount(SMALL_MLP)).fill(0);
  for (let j = 0; j < hidden; j++) {
    // On feature j: 3000 * 100 - 1000 * 127 = 173,000, and an activation of 42.
    weights[j * (features + 1) + j] = 3000;
    weights[j * (features + 1) + features] = -1000;
  }
  const inner = hidden * (features + 1);
  for (let c = 0; c < classes; c++) weights[inner + c * (hidden + 1) + c] = 500;
  return { weights, salt: 106n, challenge: challengeWitness().challenge };
}

/** As the circuits pack: a sum, into which values out of range carry over. */
export function packSum(values: readonly bigint[], width: number, perElement: number): bigint[] {
  const elements: bigint[] = [];
  values.forEach((value, i) => {
    const at = Math.floor(i / perElement);
    elements[at] = (elements[at] ?? 0n) + value * 2n ** BigInt(width * (i % perElement));
  });
  return elements.map(toField);
}

/** The time at which {@link interactionWitness} was signed, in milliseconds. */
export const SIGNED_AT = 1_760_000_000_000;

/** An interaction with a receipt over it. */
export function interactionWitness(): InteractionWitness {
  const key = nodeKeyPair(new Uint8Array(32).fill(7));
  const [input, output, feedback, nonce] = [201n, 202n, -5, 203n] as const;
  const commitment = commitInteraction(input, output, feedback, nonce);
  return { input, output, feedback, nonce, receipt: signReceipt(key, commitment, SIGNED_AT) };
}

/** True statements of the circuits whose keys do not ship, of the small shapes. */
export function trueLargeStatements(): Statement[] {
  const binding = 11n;
  return [
    zkpotStatement(SMALL, { binding }, challengeWitness(32)),
    zkpotMlpStatement(SMALL_MLP, { binding }, mlpWitness()),
  ];
}

/** One true statement of each circuit that ships, of the small shape, that leaves nothing to spare. */
export function trueStatements(): Statement[] {
  const binding = 11n;
  const window = { notBefore: SIGNED_AT, notAfter: SIGNED_AT };
  return [
    interactionStatement({ binding, ...window }, interactionWitness()),
    ownershipStatement(binding, 12n),
    contributionStatement(binding, 3, { dataDigest: 13n, salt: 14n, secret: 15n }),
    improvementStatement(SMALL, { binding, delta: 4 }, improvementWitness()),
    zkpotStatement(SMALL, { binding }, challengeWitness()),
  ];
}
