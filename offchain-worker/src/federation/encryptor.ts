// SPDX-License-Identifier: Apache-2.0
// Encrypting updates under a federation's key.
import type { UpdateEncryptor } from '@training-ledger/sdk';
import { packUpdate } from '../bfv/packing.ts';
import type { Bfv } from '../bfv/seal.ts';

/** An encryptor for a federation's public key. */
export function createUpdateEncryptor(bfv: Bfv, publicKey: Uint8Array): UpdateEncryptor {
  return { encrypt: async (update) => bfv.encrypt(publicKey, packUpdate(update)) };
}
