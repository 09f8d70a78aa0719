// SPDX-License-Identifier: Apache-2.0
// Encrypting updates under a federation's key. The file of an update is its ciphertexts, one after another; how many
// follows from the number of parameters.
import type { UpdateEncryptor } from '@training-ledger/sdk';
import { Packing } from '../bfv/packing.ts';
import type { Bfv } from '../bfv/seal.ts';

/**
 * An encryptor for a federation's serialised public key. Encrypting throws WorkerError `UPDATE_OUT_OF_RANGE` or
 * `BFV_FAILED`.
 * @throws WorkerError `KEY_MALFORMED`.
 */
export function createUpdateEncryptor(
  bfv: Bfv,
  publicKey: Uint8Array,
  packing: Packing = new Packing(),
): UpdateEncryptor {
  bfv.checkPublicKey(publicKey);
  return { encrypt: async (update) => bfv.encrypt(publicKey, packing.pack(update)) };
}
