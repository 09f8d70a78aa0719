// SPDX-License-Identifier: GPL-3.0-only
// What the tests share: small true statements, and the arbitraries of the protocol's values.
import fc from 'fast-check';
import {
  commitInteraction,
  FIELD_ORDER,
  type ImprovementWitness,
  type InteractionWitness,
  nodeKeyPair,
  parameterCount,
  type Sample,
  type Shape,
  signReceipt,
} from '../statements/index.ts';

/** The smaller of the shapes that have circuits: batch of 4, challenge of 16. */
export const SMALL: Shape = { features: 16, classes: 4 };

/** Any canonical scalar, its ends included. */
export const anyField: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: 0n, max: FIELD_ORDER - 1n }),
  fc.constantFrom(0n, 1n, FIELD_ORDER - 1n),
);

/** Weights of a shape, corners included. */
export const anyWeights = (shape: Shape): fc.Arbitrary<Int16Array> =>
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

/** New weights that classify all four samples, where the old ones get every score equal: an improvement of 4. */
export function improvementWitness(): ImprovementWitness {
  return {
    oldWeights: diagonal(SMALL, 0),
    newWeights: diagonal(SMALL, 300),
    oldSalt: 101n,
    newSalt: 102n,
    updateSalt: 103n,
    batch: [0, 1, 2, 3].map((label) => spike(SMALL, label)),
    batchSalt: 104n,
  };
}

/** A model and sixteen samples, of which it classifies twelve: every fourth has another label than it shows. */
export function challengeWitness(): { weights: Int16Array; salt: bigint; challenge: Sample[] } {
  const challenge = Array.from({ length: 16 }, (_, n) =>
    spike(SMALL, n % 4, n % 4 === 3 ? 0 : n % 4),
  );
  return { weights: diagonal(SMALL, 300), salt: 105n, challenge };
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
