// SPDX-License-Identifier: Apache-2.0
// Who can open aggregates. Today one process of the base model's owner holds the whole BFV key; a committee whose members
// each hold a share takes its place behind the same interface, with a second variant of the chain's `FederationKey`.
import type { Hex } from '@training-ledger/runtime-types';
import type { ContentStore } from '@training-ledger/sdk';
import { Packing } from '../bfv/packing.ts';
import type { Bfv } from '../bfv/seal.ts';
import { WorkerError } from '../errors.ts';
import { recomputeAggregate } from './aggregate.ts';

/** An aggregate to be opened. */
export interface SealedSum {
  /** Content hash of the sealed sum. */
  readonly content: Hex;
  /** Content hashes of the updates that it is the sum of, in the order of the block's ops. */
  readonly gradients: readonly Hex[];
  /** Values of an update. */
  readonly values: number;
}

/** An opened aggregate. */
export interface OpenedSum {
  /** Mean update, in fixed-point units of the weights. */
  readonly mean: Float64Array;
  /** Updates in the mean. */
  readonly contributors: number;
}

/** Opens a federation's aggregates and nothing else: there is no way to hand it a single ciphertext. */
export interface FederationKeyHolder {
  /** The serialised BFV public key to which updates are encrypted. */
  readonly publicKey: Uint8Array;
  /**
   * Checks that an aggregate is the sum of its updates and opens it.
   * @throws WorkerError `AGGREGATE_MISMATCH`, `TOO_FEW_CONTRIBUTORS`, `AGGREGATE_OUT_OF_RANGE` or `BFV_FAILED`.
   */
  openAggregate(sealed: SealedSum, store: ContentStore): Promise<OpenedSum>;
}

/**
 * One key in one process. Users trust this process not to open their single updates: its code adds the updates itself and
 * refuses sums of fewer than `minContributors` different ones, but nothing outside the process enforces it. Who controls
 * all other updates of a round learns the remaining one from the mean, however many there are.
 */
export class OwnerKeyHolder implements FederationKeyHolder {
  readonly publicKey: Uint8Array;
  readonly #secretKey: Uint8Array;
  readonly #bfv: Bfv;
  readonly #minContributors: number;
  readonly #packing: Packing;

  /** @throws WorkerError `TOO_FEW_CONTRIBUTORS` if it would open single updates, or `KEY_MALFORMED`. */
  constructor(
    bfv: Bfv,
    keys: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array },
    {
      minContributors = 2,
      packing = new Packing(),
    }: { minContributors?: number; packing?: Packing } = {},
  ) {
    if (!Number.isSafeInteger(minContributors) || minContributors < 2) {
      throw new WorkerError(
        'TOO_FEW_CONTRIBUTORS',
        'A sum of fewer than two updates is an update.',
      );
    }
    bfv.checkPublicKey(keys.publicKey);
    this.#bfv = bfv;
    this.publicKey = keys.publicKey;
    this.#secretKey = keys.secretKey;
    this.#minContributors = minContributors;
    this.#packing = packing;
  }

  async openAggregate(
    { content, gradients, values }: SealedSum,
    store: ContentStore,
  ): Promise<OpenedSum> {
    const packing = this.#packing;
    const { sum, included } = await recomputeAggregate(
      content,
      this.#bfv,
      store,
      gradients,
      values,
      packing,
    );
    if (included.length < this.#minContributors) {
      throw new WorkerError('TOO_FEW_CONTRIBUTORS', 'A sum of so few updates is not opened.', {
        details: `${included.length} of at least ${this.#minContributors}.`,
      });
    }
    const slots = this.#bfv.decrypt(this.#secretKey, sum, packing.blockCount(values));
    const opened = packing.unpack(slots, values, included.length);
    return { mean: packing.mean(opened), contributors: included.length };
  }
}
