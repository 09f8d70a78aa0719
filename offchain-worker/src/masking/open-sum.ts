// SPDX-License-Identifier: Apache-2.0
// Opening a sum of sealed updates with the sum of their one-time keys. The key sum is public once the committee has opened
// it, and so is everything here: anyone can repeat it.
import type { Hex } from '@training-ledger/runtime-types';
import {
  coefficientCount,
  DEGREE,
  fromHex,
  MASK,
  type PackedCoefficients,
  Packing,
  type PackingOptions,
  SdkError,
  type SumFile,
} from '@training-ledger/sdk';
import { MaskRing } from '../bfv/mask-ring.ts';
import { WorkerError } from '../errors.ts';
import { blockMasks } from './blocks.ts';
import { reduce } from './residues.ts';
import { unscale } from './scale.ts';

/** A sum to be opened. */
export interface SumOpening {
  /** The base model's id. */
  readonly base: Hex;
  readonly sum: SumFile;
  /** 4,096 coefficients, each within the contributors either way. */
  readonly keySum: Int16Array;
  readonly packing: PackingOptions;
}

/** An opened sum. */
export interface OpenedSum {
  /** Mean update in fixed-point units of the weights, one a parameter. */
  readonly mean: Float64Array;
  readonly contributors: number;
}

/** What a sum's masked part holds. */
export interface UnmaskedSum {
  readonly coefficients: PackedCoefficients;
  /** Largest error of a coefficient. */
  readonly noise: number;
}

/** Largest error in a sum that is opened; a wrong key sum gives errors of up to 32,767. */
const NOISE_LIMIT = 2 ** 13;
/** Most that one contributor adds to an error: 21 of the binomial, a half of rounding. */
const NOISE_EACH = 22;

/**
 * Opens a sum: takes the masks off, checks the errors that are left, unpacks, checks every value, averages.
 * @throws WorkerError `KEY_SUM_WRONG` or `BFV_FAILED`; SdkError `PACKING_INVALID`, `TOO_MANY_CONTRIBUTORS` for the packing,
 * `ARGUMENT_INVALID` for a sum of another packing, or `AGGREGATE_OUT_OF_RANGE` naming the parameter.
 */
export async function openSum({ base, sum, keySum, ...options }: SumOpening): Promise<OpenedSum> {
  const { contributors, parameters, valuesPerCoefficient } = sum;
  const packing = new Packing(options.packing);
  if (packing.valuesPerCoefficient !== valuesPerCoefficient) {
    throw new SdkError('ARGUMENT_INVALID', 'The sum is of another packing.');
  }
  const { coefficients } = await unmask(base, sum, keySum);
  const values = packing.unpack(coefficients, parameters, contributors);
  return { mean: packing.mean(values, contributors), contributors };
}

/**
 * Takes the masks off a sum.
 *
 * A key sum that belongs to another sum leaves uniform errors. So does a contributor that masked with another key than it
 * encrypted: if every set of members gives the same key sum, look among the contributors.
 * @throws WorkerError `KEY_SUM_WRONG` or `BFV_FAILED`.
 */
export async function unmask(base: Hex, sum: SumFile, keySum: Int16Array): Promise<UnmaskedSum> {
  const { contributors, maskedPart } = sum;
  checkKeySum(keySum, contributors);
  const ring = await MaskRing.load();
  using factor = ring.factor(keySum);
  const count = coefficientCount(sum);
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  let largest = 0;
  for (const { start, first, second } of blockMasks(fromHex(base), factor, count)) {
    subtract(maskedPart.subarray(2 * start), first, MASK.primes[0]);
    subtract(maskedPart.subarray(2 * start + first.length), second, MASK.primes[1]);
    const { messages, noise } = unscale(first, second);
    largest = Math.max(largest, noise);
    if (largest > Math.min(NOISE_LIMIT, NOISE_EACH * contributors)) {
      throw wrong(`An error of ${Math.round(largest)} from coefficient ${start} on.`);
    }
    low.set(messages.low, start);
    high.set(messages.high, start);
  }
  return { coefficients: { low, high }, noise: largest };
}

/** Replaces masks by what the sum has beyond them. */
function subtract(sums: Float64Array, masks: Float64Array, prime: number): void {
  for (let i = 0; i < masks.length; i++) {
    masks[i] = reduce((sums[i] as number) - (masks[i] as number), prime);
  }
}

function checkKeySum(keySum: Int16Array, contributors: number): void {
  if (keySum.length !== DEGREE) throw wrong(`It has ${keySum.length} coefficients.`);
  const beyond = keySum.findIndex((value) => Math.abs(value) > contributors);
  if (beyond >= 0) throw wrong(`Coefficient ${beyond} is beyond ${contributors} ternary keys.`);
  if (keySum.every((value) => value === 0)) throw wrong('It is zero.');
}

const wrong = (details: string): WorkerError =>
  new WorkerError('KEY_SUM_WRONG', 'The key sum does not open the sum.', {
    details,
    hint: "A member's share is wrong, or a contributor masked with another key than it encrypted.",
  });
