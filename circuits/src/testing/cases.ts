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
  nodeKeyPair,
  ownershipStatement,
  parameterCount,
  type Sample,
  type Shape,
  type Statement,
  signReceipt,
  toField,
  zkpotStatement,
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

/** A model and sixteen samples, of which it classifies twelve: every fourth has another label than it shows. */
export function challengeWitness(): { weights: Int16Array; salt: bigint; challenge: Sample[] } {
  const challenge = Array.from({ length: 16 }, (_, n) =>
    spike(SMALL, n % 4, n % 4 === 3 ? 0 : n % 4),
  );
  return { weights: diagonal(SMALL, 300), salt: 105n, challenge };
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

/** One true statement of each circuit, of the small shape, that leaves nothing to spare. */
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
