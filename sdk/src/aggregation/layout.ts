// SPDX-License-Identifier: Apache-2.0
// Where the limbs of an update or a sum lie, and below what they must be.
import { SdkError } from '../errors.ts';
import { DEGREE, KEY, KEY_LIMBS, MASK, MAX_PARAMETERS } from './parameters.ts';

/** What the size of an update depends on. */
export interface UpdateShape {
  /** Parameters of the model, 1 to {@link MAX_PARAMETERS}. */
  readonly parameters: number;
  /** Quantised values packed into one coefficient, 1 to 3. */
  readonly valuesPerCoefficient: number;
}

/** An update as limbs: residues of single primes, in the order of the files. */
export interface UpdateFile extends UpdateShape {
  /** {@link KEY_LIMBS} limbs: for each of two polynomials the residues of the first prime, then those of the second. */
  readonly keyPart: Float64Array;
  /** For each block of up to 4,096 coefficients the residues of the first prime, then those of the second. */
  readonly maskedPart: Float64Array;
}

/** A sum of updates, limb by limb over the integers. */
export interface SumFile extends UpdateFile {
  readonly contributors: number;
}

/** Neighbouring limbs of one prime. */
export interface LimbRun {
  readonly first: number;
  readonly count: number;
  readonly prime: number;
}

/** Coefficients that so many parameters are packed into. */
export const coefficientCount = ({ parameters, valuesPerCoefficient }: UpdateShape): number =>
  Math.ceil(parameters / valuesPerCoefficient);

/** Limbs of the masked part. */
export const maskedLimbCount = (shape: UpdateShape): number => 2 * coefficientCount(shape);

/** Whether there can be such an update. */
export const isShape = ({ parameters, valuesPerCoefficient }: UpdateShape): boolean =>
  Number.isInteger(parameters) &&
  parameters >= 1 &&
  parameters <= MAX_PARAMETERS &&
  [1, 2, 3].includes(valuesPerCoefficient);

/**
 * Checks that there can be such an update.
 * @throws SdkError `ARGUMENT_INVALID`.
 */
export function checkShape(shape: UpdateShape): void {
  if (isShape(shape)) return;
  throw new SdkError('ARGUMENT_INVALID', 'There is no update of this shape.', {
    details: `It has 1 to ${MAX_PARAMETERS} parameters with 1 to 3 values a coefficient.`,
  });
}

/** Whether an update has the limbs of its shape, each a whole number that a double holds exactly. */
export function hasLimbs(file: UpdateFile): boolean {
  const { keyPart, maskedPart } = file;
  const isLimb = (limb: number): boolean => Number.isSafeInteger(limb) && limb >= 0;
  return (
    keyPart.length === KEY_LIMBS &&
    maskedPart.length === maskedLimbCount(file) &&
    keyPart.every(isLimb) &&
    maskedPart.every(isLimb)
  );
}

/** The runs of the key part. */
export const KEY_RUNS: readonly LimbRun[] = Array.from({ length: KEY_LIMBS / DEGREE }, (_, i) => ({
  first: i * DEGREE,
  count: DEGREE,
  prime: KEY.primes[i % 2] as number,
}));

/** The runs of the masked part, two a block. The last block is cut to the coefficients that are used. */
export function maskedRuns(shape: UpdateShape): LimbRun[] {
  const coefficients = coefficientCount(shape);
  const runs: LimbRun[] = [];
  for (let start = 0; start < coefficients; start += DEGREE) {
    const count = Math.min(DEGREE, coefficients - start);
    const [first, second] = MASK.primes;
    runs.push({ first: 2 * start, count, prime: first });
    runs.push({ first: 2 * start + count, count, prime: second });
  }
  return runs;
}

/** The first limb above `factor * (prime - 1)`, or -1. */
export function firstAbove(limbs: Float64Array, runs: readonly LimbRun[], factor = 1): number {
  for (const { first, count, prime } of runs) {
    const bound = factor * (prime - 1);
    for (let i = first; i < first + count; i++) if ((limbs[i] as number) > bound) return i;
  }
  return -1;
}
