// SPDX-License-Identifier: Apache-2.0
// Who can open aggregates. Today one process of the base model's owner; a committee with shares of the key takes its place
// behind the same interface.
import { blockCount, unpackSum } from '../bfv/packing.ts';
import type { Bfv } from '../bfv/seal.ts';
import { WorkerError } from '../errors.ts';

/** Opens a federation's aggregates. */
export interface FederationKeyHolder {
  /** The serialised BFV public key to which updates are encrypted. */
  readonly publicKey: Uint8Array;
  /**
   * The sum in an aggregate of `contributors` updates of `values` values.
   * @throws WorkerError `TOO_FEW_CONTRIBUTORS`, `CIPHERTEXT_MALFORMED` or `BFV_FAILED`.
   */
  openAggregate(aggregate: Uint8Array, contributors: number, values: number): Promise<Int32Array>;
}

/**
 * Holds the whole secret key in this process. It is trusted: it could open a single update. It refuses to open sums of
 * fewer than `minContributors`, but takes the caller's word for how many there are; `openGeneration` adds the sum again
 * before it asks.
 */
export class OwnerKeyHolder implements FederationKeyHolder {
  readonly publicKey: Uint8Array;
  readonly #secretKey: Uint8Array;
  readonly #bfv: Bfv;
  readonly #minContributors: number;

  constructor(
    bfv: Bfv,
    keys: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array },
    { minContributors = 2 }: { minContributors?: number } = {},
  ) {
    this.#bfv = bfv;
    this.publicKey = keys.publicKey;
    this.#secretKey = keys.secretKey;
    this.#minContributors = minContributors;
  }

  async openAggregate(aggregate: Uint8Array, contributors: number, values: number): Promise<Int32Array> {
    if (contributors < this.#minContributors) {
      throw new WorkerError('TOO_FEW_CONTRIBUTORS', 'An aggregate of so few updates is not opened.', {
        details: `${contributors} of at least ${this.#minContributors}.`,
      });
    }
    return unpackSum(this.#bfv.decrypt(this.#secretKey, aggregate, blockCount(values)), values);
  }
}
