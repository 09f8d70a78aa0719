// SPDX-License-Identifier: Apache-2.0
// Sealing an update: a fresh one-time key masks it, and the key is encrypted under the federation's collective key. The
// pattern is that of secure aggregation from RLWE with one-shot clients (Bell-Clark et al., "Willow", eprint 2024/936).
import type { Hex } from '@training-ledger/runtime-types';
import {
  checkBaseId,
  checkShape,
  coefficientCount,
  DEGREE,
  fromHex,
  MASK,
  type PackedCoefficients,
  Packing,
  type PackingOptions,
  serialiseUpdate,
} from '@training-ledger/sdk';
import { KeyRing } from '../bfv/key-ring.ts';
import { MaskRing } from '../bfv/mask-ring.ts';
import { blockMasks } from './blocks.ts';
import { fillErrors, fillTernary } from './random.ts';
import { reduce } from './residues.ts';
import { addScaled } from './scale.ts';

/** What updates are sealed for. */
export interface UpdateMaskerOptions {
  /** The federation's collective public key, as SEAL serialises it. */
  readonly publicKey: Uint8Array;
  /** The base model's id. */
  readonly base: Hex;
  readonly packing: PackingOptions;
}

/** Seals the updates of a federation. */
export interface UpdateMasker {
  /**
   * Makes an update file. Differences beyond the packing's clipping range are clipped.
   * @param update Differences of weights in fixed-point units, one a parameter.
   * @throws SdkError `ARGUMENT_INVALID` for no parameters or too many, WorkerError `BFV_FAILED`.
   */
  mask(update: Int32Array): Promise<Uint8Array>;
}

/**
 * A masker for a federation.
 * @throws WorkerError `KEY_MALFORMED`; SdkError `PACKING_INVALID`, or `ARGUMENT_INVALID` unless the id has 32 bytes.
 */
export async function createUpdateMasker(options: UpdateMaskerOptions): Promise<UpdateMasker> {
  const { publicKey } = options;
  const base = fromHex(options.base);
  checkBaseId(base);
  const packing = new Packing(options.packing);
  const [keyRing, maskRing] = await Promise.all([KeyRing.load(), MaskRing.load()]);
  keyRing.checkPublicKey(publicKey);
  return {
    mask: async (update) => {
      const { valuesPerCoefficient } = packing;
      const shape = { parameters: update.length, valuesPerCoefficient };
      checkShape(shape);
      // Neither this nor SEAL's memory below the API is sure to be wiped: engines copy. What is ours is.
      const key = new Int8Array(DEGREE);
      try {
        fillTernary(key);
        const keyPart = keyRing.encrypt(publicKey, key);
        using factor = maskRing.factor(key);
        const messages = packing.pack(update);
        const maskedPart = new Float64Array(2 * coefficientCount(shape));
        for (const { start, first, second } of blockMasks(base, factor, messages.low.length)) {
          seal(messages, start, first, second);
          maskedPart.set(first, 2 * start);
          maskedPart.set(second, 2 * start + first.length);
        }
        return serialiseUpdate({ ...shape, keyPart, maskedPart });
      } finally {
        key.fill(0);
      }
    },
  };
}

/** Adds errors and messages to a mask. */
function seal(
  messages: PackedCoefficients,
  start: number,
  first: Float64Array,
  second: Float64Array,
): void {
  const errors = new Int8Array(first.length);
  fillErrors(errors);
  for (let i = 0; i < first.length; i++) {
    const error = errors[i] as number;
    first[i] = reduce((first[i] as number) + error, MASK.primes[0]);
    second[i] = reduce((second[i] as number) + error, MASK.primes[1]);
  }
  errors.fill(0);
  addScaled(messages, start, first, second);
}
