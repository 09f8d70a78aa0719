// SPDX-License-Identifier: Apache-2.0
// The base model that a node serves: its newest final generation, as the chain and the content store have it.
import { type Shape, scores } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import {
  type ClientContext,
  generationWeights,
  required,
  subscribeHeads,
} from '@training-ledger/sdk';

/** What a model says of an input. */
export interface Classification {
  readonly generation: number;
  /** The class with the highest score; the first of them on a tie. */
  readonly class: number;
  readonly scores: readonly number[];
}

type Reader = Pick<ClientContext, 'chain' | 'store'>;
type Loaded = Awaited<ReturnType<typeof generationWeights>>;

/** Follows a base model. */
export class ServedModel {
  readonly base: Hex;
  readonly #reader: Reader;
  #loaded: Loaded;

  private constructor(reader: Reader, base: Hex, loaded: Loaded) {
    this.#reader = reader;
    this.base = base;
    this.#loaded = loaded;
  }

  /**
   * Loads the newest generation.
   * @throws SdkError `NOT_FOUND`, `CONTENT_NOT_FOUND`, `STATE_MISMATCH` or `NOT_CONNECTED`.
   */
  static async load(reader: Reader, base: Hex): Promise<ServedModel> {
    return new ServedModel(reader, base, await generationWeights(reader, base));
  }

  get shape(): Shape {
    return this.#loaded.shape;
  }

  get generation(): number {
    return this.#loaded.generation;
  }

  /**
   * Takes over the newest generation, if there is another one.
   * @throws SdkError as {@link load}; the model served so far stays.
   */
  async refresh(): Promise<void> {
    const { chain } = this.#reader;
    const record = await chain.query('userModels', 'baseModels', this.base);
    if (required(record, 'such base model').generation === this.generation) return;
    this.#loaded = await generationWeights(this.#reader, this.base);
  }

  /** Takes over each generation as it becomes final, until the signal is aborted. A failure is told and tried again with the next block. */
  async follow(signal: AbortSignal, onFailure: (error: unknown) => void): Promise<void> {
    for await (const _ of subscribeHeads(this.#reader.chain, { signal, finalized: true })) {
      await this.refresh().catch((error: unknown) => {
        if (!signal.aborted) onFailure(error);
      });
    }
  }

  /**
   * Classifies features.
   * @throws StatementError `SHAPE_MISMATCH`.
   */
  classify(features: Int8Array): Classification {
    const { shape, weights, generation } = this.#loaded;
    const all = scores(shape, weights, features);
    return { generation, class: all.indexOf(Math.max(...all)), scores: all };
  }
}
