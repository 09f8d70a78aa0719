// SPDX-License-Identifier: Apache-2.0
// Quantises updates and packs them into 56-bit coefficients with room for the sum of all contributors. Clipping and
// quantisation follow Flower's SecAgg+ in name and form (unsigned values from 0 on), but round to the nearest.
import { SdkError } from '../errors.ts';
import { coefficientCount } from './layout.ts';
import { MASK, MAX_CONTRIBUTORS } from './parameters.ts';

/** A federation's packing, part of its rules: sums of differently packed updates mean nothing. */
export interface PackingOptions {
  /** Differences of weights are clipped to this either way, in fixed-point units of 2^-12; 32 bits. */
  readonly clippingRange: number;
  /** Different values of a quantised difference, from 0 to one less; 32 bits. */
  readonly quantizationRange: number;
  /** Values of one coefficient: 1 to 3. */
  readonly valuesPerCoefficient: number;
  /** Binary logarithm of the contributors that fit in a sum, at most 10. */
  readonly headroomBits: number;
}

/** Loses nothing: its step is the fixed point's own, over the full range of 17 bits. 4.5 bytes a parameter. */
export const LOSSLESS_PACKING: PackingOptions = {
  clippingRange: 65_536,
  quantizationRange: 131_073,
  valuesPerCoefficient: 2,
  headroomBits: 10,
};

/** Values of 8 bits, three a coefficient: 3 bytes a parameter. */
export const COMPACT_PACKING: PackingOptions = {
  ...LOSSLESS_PACKING,
  quantizationRange: 256,
  valuesPerCoefficient: 3,
};

/** Coefficients of 56 bits in two halves of 28 each, which typed arrays of 32 bits hold. */
export interface PackedCoefficients {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

const HALF_BITS = 28;
const HALF = 2 ** HALF_BITS;
const U32_MAX = 2 ** 32 - 1;
const HEADROOM_MAX = Math.log2(MAX_CONTRIBUTORS);

const isWhole = (value: number, from: number, to: number): boolean =>
  Number.isInteger(value) && value >= from && value <= to;

/** Where a value lies: from a bit of the high half on, or from a bit of the low half on and perhaps across both. */
interface Lane {
  readonly inHigh: boolean;
  /** Two to the power of that bit. */
  readonly unit: number;
}

/** Converts between updates and coefficients. No sum of {@link maxContributors} updates overflows its lane. */
export class Packing implements PackingOptions {
  readonly clippingRange: number;
  readonly quantizationRange: number;
  readonly valuesPerCoefficient: number;
  readonly headroomBits: number;
  /** Updates of one sum at most. */
  readonly maxContributors: number;
  /** Bits of a value's place in a coefficient. */
  readonly laneBits: number;
  readonly #lanes: readonly Lane[];

  /** @throws SdkError `PACKING_INVALID` unless every possible sum fits its lane. */
  constructor(options: PackingOptions = LOSSLESS_PACKING) {
    const { clippingRange, quantizationRange, valuesPerCoefficient, headroomBits } = options;
    if (!isWhole(clippingRange, 1, U32_MAX) || !isWhole(quantizationRange, 2, U32_MAX)) {
      throw invalid('Ranges are numbers of 32 bits; values have two steps at least.');
    }
    if (!isWhole(valuesPerCoefficient, 1, 3) || !isWhole(headroomBits, 0, HEADROOM_MAX)) {
      throw invalid(
        `A coefficient holds 1 to 3 values with 0 to ${HEADROOM_MAX} bits of headroom.`,
      );
    }
    const valueBits = 32 - Math.clz32(quantizationRange - 1);
    this.laneBits = Math.floor(MASK.plainBits / valuesPerCoefficient);
    if (valueBits + headroomBits > this.laneBits) {
      throw invalid(
        `Values of ${valueBits} bits and ${headroomBits} of headroom need more than ${this.laneBits}.`,
      );
    }
    this.clippingRange = clippingRange;
    this.quantizationRange = quantizationRange;
    this.valuesPerCoefficient = valuesPerCoefficient;
    this.headroomBits = headroomBits;
    this.maxContributors = 2 ** headroomBits;
    this.#lanes = Array.from({ length: valuesPerCoefficient }, (_, lane) => {
      const at = lane * this.laneBits;
      const inHigh = at >= HALF_BITS;
      return { inHigh, unit: 2 ** (inHigh ? at - HALF_BITS : at) };
    });
  }

  /**
   * Coefficients of an update: clipped, quantised, packed. A last coefficient's unused lanes are zero.
   * @param update Differences of weights in fixed-point units, one a parameter.
   */
  pack(update: Int32Array): PackedCoefficients {
    const { clippingRange: clip, valuesPerCoefficient: each } = this;
    const top = this.quantizationRange - 1;
    const count = coefficientCount({ parameters: update.length, valuesPerCoefficient: each });
    const [low, high] = [new Uint32Array(count), new Uint32Array(count)];
    for (let lane = 0; lane < each; lane++) {
      const { inHigh, unit } = this.#lanes[lane] as Lane;
      for (let c = 0, i = lane; i < update.length; c++, i += each) {
        const clipped = Math.max(-clip, Math.min(clip, update[i] as number));
        const value = Math.min(top, Math.round(((clipped + clip) * top) / (2 * clip)));
        const placed = value * unit;
        const below = inHigh ? 0 : placed % HALF;
        low[c] = (low[c] as number) + below;
        high[c] = (high[c] as number) + (inHigh ? placed : (placed - below) / HALF);
      }
    }
    return { low, high };
  }

  /**
   * The sums of quantised values in the sum of coefficients.
   * @param contributors Updates in the sum.
   * @throws SdkError `AGGREGATE_OUT_OF_RANGE` naming the parameter if some contributor sealed values that {@link pack} does
   * not make, `TOO_MANY_CONTRIBUTORS`, or `TOO_FEW_CONTRIBUTORS` for none.
   */
  unpack(
    { low, high }: PackedCoefficients,
    parameters: number,
    contributors: number,
  ): Float64Array {
    this.#checkContributors(contributors);
    const { valuesPerCoefficient: each } = this;
    const bound = contributors * (this.quantizationRange - 1);
    const sums = new Float64Array(parameters);
    for (let c = 0; c < low.length; c++) {
      // From the top lane down: each takes its bits off, so that a lane is all that is left above its first bit.
      let [l, h] = [low[c] as number, high[c] as number];
      for (let lane = each - 1; lane >= 0; lane--) {
        const { inHigh, unit } = this.#lanes[lane] as Lane;
        // Rounded from 2^53 on, which is far above every bound.
        const sum = Math.floor(inHigh ? h / unit : (h * HALF + l) / unit);
        if (inHigh) {
          h -= sum * unit;
        } else {
          l -= (sum * unit) % HALF;
          h = 0;
        }
        const i = c * each + lane;
        if (sum > (i < parameters ? bound : 0)) throw outOfRange(i);
        if (i < parameters) sums[i] = sum;
      }
    }
    return sums;
  }

  /** The mean update of unpacked sums, in fixed-point units of the weights. */
  mean(sums: Float64Array, contributors: number): Float64Array {
    this.#checkContributors(contributors);
    const { clippingRange: clip } = this;
    const top = this.quantizationRange - 1;
    // One rounding at the end where the step is 1: the difference before is of whole numbers.
    return sums.map((sum) => ((sum * (2 * clip)) / top - contributors * clip) / contributors);
  }

  #checkContributors(contributors: number): void {
    if (!Number.isInteger(contributors) || contributors < 1) {
      throw new SdkError('TOO_FEW_CONTRIBUTORS', 'A sum has a contributor.');
    }
    if (contributors > this.maxContributors) {
      throw new SdkError(
        'TOO_MANY_CONTRIBUTORS',
        `A sum has at most ${this.maxContributors} contributors in this packing.`,
      );
    }
  }
}

const invalid = (details: string): SdkError =>
  new SdkError('PACKING_INVALID', 'Updates cannot be packed like that.', { details });

const outOfRange = (parameter: number): SdkError =>
  new SdkError('AGGREGATE_OUT_OF_RANGE', 'The sum holds values that no sound updates have.', {
    details: `At parameter ${parameter}.`,
    hint: 'A contributor sealed something else than its update.',
  });
