// SPDX-License-Identifier: Apache-2.0
// Packs updates into BFV slots, two signed values a slot, with room for the sum of all contributors. Clipping and
// quantisation are named as in Flower's SecAgg+ (`clippingRange`, `quantizationRange`), but rounding is to the nearest and
// values stay signed. The protocol's packing loses nothing: its step is the fixed point's own.
import { WEIGHT_SCALE } from '@training-ledger/circuits/statements';
import { WorkerError } from '../errors.ts';
import { SLOTS } from './parameters.ts';

/** Settings that all members of a federation share: sums of differently packed updates mean nothing. */
export interface PackingOptions {
  /** Weights change by at most this much either way, as real numbers; what is beyond is clipped. */
  readonly clippingRange: number;
  /** Steps between `-clippingRange` and `clippingRange`; even. */
  readonly quantizationRange: number;
  /** Most updates of one sum. */
  readonly maxContributors: number;
}

/**
 * The protocol's packing: steps of 2^-12 up to the full range of 17 bits, for as many contributors as a block has ops.
 */
export const PROTOCOL_PACKING: PackingOptions = {
  clippingRange: 2 ** 16 / WEIGHT_SCALE,
  quantizationRange: 2 ** 17,
  maxContributors: 1_024,
};

/** Values of one slot. */
const LANES = 2;
/** A slot's value stays within this either way: half of the modulus, the largest 56-bit prime that allows batching. */
const SLOT_LIMIT = (2 ** 56 - 2 ** 30) / 2;

/** Sums, quantised, with how many updates are in them. */
export interface UnpackedSum {
  /** One integer a parameter. */
  readonly values: Int32Array;
  readonly contributors: number;
}

/** Converts between updates and slot values. */
export class Packing {
  readonly options: PackingOptions;
  /** Largest quantised value, either way. */
  readonly #limit: number;
  /** Fixed-point units of one step. */
  readonly #step: number;
  readonly #laneBits: number;

  /** @throws WorkerError `PACKING_INVALID` unless every possible sum fits its lane. */
  constructor(options: PackingOptions = PROTOCOL_PACKING) {
    const { clippingRange, quantizationRange, maxContributors } = options;
    const sound =
      Number.isFinite(clippingRange) &&
      clippingRange > 0 &&
      Number.isSafeInteger(quantizationRange) &&
      quantizationRange >= 2 &&
      quantizationRange % 2 === 0 &&
      Number.isSafeInteger(maxContributors) &&
      maxContributors >= 1;
    if (!sound)
      throw new WorkerError('PACKING_INVALID', 'Ranges and contributors must be above zero.');
    this.options = options;
    this.#limit = quantizationRange / 2;
    this.#step = (clippingRange * WEIGHT_SCALE) / this.#limit;
    // Sums lie in [-largest, largest]; one bit more holds the sign.
    const largest = this.#limit * maxContributors;
    this.#laneBits = Math.floor(Math.log2(largest)) + 2;
    if (largest * (2 ** this.#laneBits + 1) > SLOT_LIMIT) {
      throw new WorkerError('PACKING_INVALID', 'The sum of so many contributors would overflow.', {
        details: `It needs ${this.#laneBits} bits a value.`,
        hint: 'Lower quantizationRange or maxContributors.',
      });
    }
  }

  /** Ciphertexts that an update of so many parameters takes. */
  blockCount(parameters: number): number {
    return Math.ceil(parameters / (SLOTS * LANES));
  }

  /**
   * Slot values of an update, one array a ciphertext.
   * @param update Fixed-point differences of weights, 17 bits signed.
   * @throws WorkerError `UPDATE_OUT_OF_RANGE` for an empty update or one with values of more than 17 bits.
   */
  pack(update: Int32Array): BigInt64Array[] {
    if (update.length === 0 || update.some((value) => value < -(2 ** 16) || value >= 2 ** 16)) {
      throw new WorkerError('UPDATE_OUT_OF_RANGE', 'An update has signed values of 17 bits.');
    }
    const shift = BigInt(this.#laneBits);
    const slots = Array.from({ length: Math.ceil(update.length / LANES) }, (_, i) => {
      const low = this.#quantise(update[LANES * i] as number);
      const high = this.#quantise(update[LANES * i + 1] ?? 0);
      return (BigInt(high) << shift) + BigInt(low);
    });
    return Array.from({ length: this.blockCount(update.length) }, (_, i) =>
      BigInt64Array.from(slots.slice(i * SLOTS, (i + 1) * SLOTS)),
    );
  }

  /**
   * The quantised sums in slot values.
   * @throws WorkerError `TOO_MANY_CONTRIBUTORS`, `TOO_FEW_CONTRIBUTORS`, or `AGGREGATE_OUT_OF_RANGE` if some contributor
   * encrypted a value that {@link pack} does not make.
   */
  unpack(slots: readonly BigInt64Array[], parameters: number, contributors: number): UnpackedSum {
    const { maxContributors } = this.options;
    if (contributors > maxContributors) {
      throw new WorkerError(
        'TOO_MANY_CONTRIBUTORS',
        `A sum has at most ${maxContributors} contributors.`,
      );
    }
    if (contributors < 1) throw new WorkerError('TOO_FEW_CONTRIBUTORS', 'A sum has a contributor.');
    const bound = this.#limit * contributors;
    const values = new Int32Array(parameters);
    const put = (index: number, value: bigint): void => {
      const within = value >= -bound && value <= bound;
      // Lanes and slots that hold no parameter are zero.
      if (!within || (index >= parameters && value !== 0n)) {
        throw new WorkerError(
          'AGGREGATE_OUT_OF_RANGE',
          'The sum holds values that no sound update has.',
          {
            details: `At parameter ${index}.`,
            hint: 'A contributor encrypted something else than its update.',
          },
        );
      }
      if (index < parameters) values[index] = Number(value);
    };
    slots.forEach((chunk, c) => {
      chunk.forEach((slot, s) => {
        const low = BigInt.asIntN(this.#laneBits, slot);
        const index = LANES * (c * SLOTS + s);
        put(index, low);
        put(index + 1, (slot - low) >> BigInt(this.#laneBits));
      });
    });
    return { values, contributors };
  }

  /** The mean update of a sum, in fixed-point units. */
  mean({ values, contributors }: UnpackedSum): Float64Array {
    return Float64Array.from(values, (value) => (value * this.#step) / contributors);
  }

  #quantise(value: number): number {
    const steps = Math.round(value / this.#step);
    return Math.max(-this.#limit, Math.min(this.#limit, steps));
  }
}
