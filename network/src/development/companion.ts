// SPDX-License-Identifier: Apache-2.0
// The second contributor. A block needs ops of two accounts at least, and whoever tries the ledger alone is one: the companion trains on its
// own digits and adds an op to a round in which there is nobody else.
import type { VectorCommitter } from '@training-ledger/circuits';
import { requestInteraction } from '@training-ledger/inference-node/client';
import { federationEncryptor, trainForImprovement } from '@training-ledger/offchain-worker';
import type { Sample } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import type {
  LedgerClient,
  LocalModel,
  PreparedCall,
  RecordedTraining,
  SubmitOptions,
} from '@training-ledger/sdk';

/** What a companion is made of. */
export interface CompanionOptions {
  /** A client of its identity. */
  readonly client: LedgerClient;
  readonly base: Hex;
  readonly committer: VectorCommitter;
  /** Address of an inference node. */
  readonly node: string;
  readonly samples: readonly Sample[];
  readonly submission: SubmitOptions;
}

/** A user who is there when another one is needed. */
export class Companion {
  readonly address: string;
  readonly #options: CompanionOptions;
  #model: LocalModel | undefined;
  /** Proven while nobody waits, so that a round need not wait for it. */
  #ready: PreparedCall<RecordedTraining> | undefined;
  #turn = 0;

  constructor(options: CompanionOptions) {
    this.#options = options;
    this.address = options.client.context.identity.account.address;
  }

  /** Takes over the newest generation and proves an op, unless one is ready. */
  async prepare(): Promise<void> {
    if (this.#ready !== undefined) return;
    const { client, base, committer, node, samples } = this.#options;
    const model = await this.#newest();
    const turn = this.#turn++;
    const trained = trainForImprovement(model.shape, model.weights, samples, {
      delta: 0,
      seed: turn + 1,
    });
    const { features, label } = samples[turn % samples.length] as Sample;
    const interaction = await requestInteraction(node, features, (answer) => ({
      rating: answer.class === label ? 1 : -1,
    }));
    const encryptor = await federationEncryptor(client.context, base, committer);
    this.#ready = await client.recordTraining({ model, ...trained, interaction, encryptor });
  }

  /** Records its op. If that fails, the next one is made anew. */
  async record(): Promise<Hex> {
    await this.prepare();
    const call = this.#ready as PreparedCall<RecordedTraining>;
    this.#ready = undefined;
    try {
      const { result } = await call.submit(this.#options.submission);
      this.#model = result.model;
      return result.op;
    } catch (error) {
      // It may be recorded or not: the ledger tells which state is the newest.
      if (this.#model !== undefined)
        this.#model = await this.#options.client.openModel(this.#model.id);
      throw error;
    }
  }

  /** Its model after the base model's newest generation. */
  async #newest(): Promise<LocalModel> {
    const { client, base, submission } = this.#options;
    if (this.#model === undefined) {
      const call = await client.forkModel({ type: 'Base', value: base });
      this.#model = (await call.submit(submission)).result;
      return this.#model;
    }
    const { generation } = await client.generationWeights(base);
    const record = await client.chain.query('userModels', 'userModels', this.#model.id);
    if (record !== undefined && record.generation < generation) {
      const call = await client.adoptGeneration(this.#model.id);
      this.#model = (await call.submit(submission)).result;
    }
    return this.#model;
  }
}
