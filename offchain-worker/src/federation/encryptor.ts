// SPDX-License-Identifier: Apache-2.0
// Sealing updates for a federation: masked, its one-time key encrypted to the committee, and committed to.
import type { VectorCommitter } from '@training-ledger/circuits';
import type { Hex } from '@training-ledger/runtime-types';
import {
  type ClientContext,
  committeeKey,
  Packing,
  required,
  type UpdateEncryptor,
  updateVector,
} from '@training-ledger/sdk';
import { createUpdateMasker } from '../masking/index.ts';

/** What updates are sealed with. */
export interface UpdateEncryptorOptions {
  /** The federation's collective public key, as SEAL serialises it. */
  readonly publicKey: Uint8Array;
  /** The base model. */
  readonly base: Hex;
  readonly packing: Packing;
  /** Makes the commitments: `createVectorCommitter()`. */
  readonly committer: VectorCommitter;
}

/**
 * An encryptor for a federation. Encrypting throws SdkError `ARGUMENT_INVALID` for an update without parameters or with too
 * many, WorkerError `BFV_FAILED`, and CommitterError.
 * @throws WorkerError `KEY_MALFORMED`; SdkError `ARGUMENT_INVALID`.
 */
export async function createUpdateEncryptor({
  publicKey,
  base,
  packing,
  committer,
}: UpdateEncryptorOptions): Promise<UpdateEncryptor> {
  const masker = await createUpdateMasker({ publicKey, base, packing });
  const { valuesPerCoefficient } = packing;
  return {
    encrypt: async (update) => {
      const file = await masker.mask(update);
      const vector = updateVector(file, { parameters: update.length, valuesPerCoefficient });
      return { file, commitment: await committer.commit(vector) };
    },
  };
}

/**
 * An encryptor for the key and the packing that a federation has on the ledger.
 * @throws SdkError `COMMITTEE_NOT_READY`, `NOT_FOUND`, `CONTENT_NOT_FOUND`; and as {@link createUpdateEncryptor}.
 */
export async function federationEncryptor(
  context: Pick<ClientContext, 'chain' | 'store'>,
  base: Hex,
  committer: VectorCommitter,
): Promise<UpdateEncryptor> {
  const { rules } = required(
    await context.chain.query('userModels', 'baseModels', base),
    'such base model',
  );
  const publicKey = await committeeKey(context, base);
  return createUpdateEncryptor({ publicKey, base, packing: new Packing(rules.packing), committer });
}
