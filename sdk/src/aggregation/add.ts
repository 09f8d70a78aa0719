// SPDX-License-Identifier: Apache-2.0
// Adding sealed updates straight from their bytes. Addition of limbs over the integers is exact in doubles (46 and 53
// bits), needs no key and no library, and gives the same bytes in any order: anyone can repeat it.
import { SdkError } from '../errors.ts';
import { readStream } from './bits.ts';
import {
  checkShape,
  KEY_RUNS,
  type LimbRun,
  maskedLimbCount,
  maskedRuns,
  type SumFile,
  type UpdateShape,
} from './layout.ts';
import { KEY, KEY_LIMBS, MASK, MAX_CONTRIBUTORS } from './parameters.ts';
import { serialiseSum } from './sum-file.ts';
import { malformedUpdate, type UpdateStreams, updateStreams } from './update-file.ts';

/** A running sum of updates of one shape. Besides the sum it holds one block of an update. */
export class UpdateSum {
  readonly shape: UpdateShape;
  #contributors = 0;
  readonly #key = new Float64Array(KEY_LIMBS);
  readonly #masked: Float64Array;
  readonly #maskedRuns: readonly LimbRun[];

  /** @throws SdkError `ARGUMENT_INVALID` for a shape that no update has. */
  constructor(shape: UpdateShape) {
    checkShape(shape);
    const { parameters, valuesPerCoefficient } = shape;
    this.shape = { parameters, valuesPerCoefficient };
    this.#masked = new Float64Array(maskedLimbCount(this.shape));
    this.#maskedRuns = maskedRuns(this.shape);
  }

  /** Updates in the sum. */
  get contributors(): number {
    return this.#contributors;
  }

  /**
   * Adds an update file; one that is unsound leaves the sum as it was.
   * @throws SdkError `UPDATE_MALFORMED`, or `TOO_MANY_CONTRIBUTORS` if the sum has 1,024.
   */
  add(bytes: Uint8Array): void {
    if (this.#contributors === MAX_CONTRIBUTORS) {
      throw new SdkError('TOO_MANY_CONTRIBUTORS', `A sum has at most ${MAX_CONTRIBUTORS} updates.`);
    }
    const streams = updateStreams(bytes, this.shape);
    if (!this.#accumulate(streams, 1)) {
      // Whole numbers: what was added can be taken away again without a trace.
      this.#accumulate(streams, -1);
      throw malformedUpdate('A limb is not below its prime.');
    }
    this.#contributors += 1;
  }

  /**
   * The sum so far. Its limbs are those of the running sum, not a copy.
   * @throws SdkError `TOO_FEW_CONTRIBUTORS` if nothing was added.
   */
  file(): SumFile {
    if (this.#contributors === 0) {
      throw new SdkError('TOO_FEW_CONTRIBUTORS', 'There is nothing in the sum.');
    }
    return {
      ...this.shape,
      contributors: this.#contributors,
      keyPart: this.#key,
      maskedPart: this.#masked,
    };
  }

  /**
   * The sum's file.
   * @throws SdkError `TOO_FEW_CONTRIBUTORS` if nothing was added.
   */
  bytes(): Uint8Array {
    return serialiseSum(this.file());
  }

  /** Whether all limbs are below their primes; they are added either way. */
  #accumulate({ key, masked }: UpdateStreams, sign: 1 | -1): boolean {
    const sound = accumulate(this.#key, key, KEY.limbBits, KEY_RUNS, sign);
    return accumulate(this.#masked, masked, MASK.limbBits, this.#maskedRuns, sign) && sound;
  }
}

/** One run of limbs at a time stays in the processor's cache. */
function accumulate(
  sum: Float64Array,
  stream: Uint8Array,
  bits: number,
  runs: readonly LimbRun[],
  sign: 1 | -1,
): boolean {
  const scratch = new Float64Array(runs[0]?.count ?? 0);
  let sound = true;
  for (const { first, count, prime } of runs) {
    const limbs = scratch.subarray(0, count);
    readStream(stream, bits, first, limbs);
    for (let i = 0; i < count; i++) {
      const limb = limbs[i] as number;
      if (limb >= prime) sound = false;
      sum[first + i] = (sum[first + i] as number) + sign * limb;
    }
  }
  return sound;
}
