// SPDX-License-Identifier: Apache-2.0
// The worker: at every new head it looks at the round as the chain has it and does what is due. It keeps nothing in memory
// that it could not find again, so that it may be stopped at any moment.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  commitState,
  parameterCount,
  randomField,
  type Sample,
  zkpotStatement,
} from '@training-ledger/circuits/statements';
import { PalletError, type Hex, type Round } from '@training-ledger/runtime-types';
import {
  aggregateInputs,
  bind,
  BLOCK_CONTEXT,
  blockHash,
  challengeSamples,
  commitmentHash,
  fieldHex,
  fromHex,
  getOps,
  type LedgerClient,
  merkleRoot,
  type MlDsaKeyPair,
  mlDsaSign,
  postChallenge,
  proveHex,
  required,
  sealBlock,
  subscribeHeads,
  toHex,
} from '@training-ledger/sdk';
import type { Logger } from 'pino';
import type { Bfv } from '../bfv/seal.ts';
import { aggregateUpdates } from '../federation/aggregate.ts';
import { trainSoftmax, type TrainingOptions } from '../training/softmax.ts';
import type { Journal } from './journal.ts';

/** What a worker is made of. */
export interface WorkerOptions {
  readonly client: LedgerClient;
  readonly bfv: Bfv;
  readonly base: Hex;
  readonly sealing: MlDsaKeyPair;
  readonly journal: Journal;
  /** What its own models are trained on. */
  readonly samples: readonly Sample[];
  readonly training?: TrainingOptions;
  readonly log: Logger;
}

/**
 * Errors that say that the work is done already, or that its time has passed: what comes next is seen at the next head.
 */
const SETTLED = new Set([
  'AlreadyWorker',
  'AlreadyCommitted',
  'AlreadyProven',
  'ChallengeAlreadyPosted',
  'WrongPhase',
  'ImmutableRecord',
  'NotLeader',
  'StaleParent',
]);
/** Pause after an error, so that a fault does not become a flood. */
const RETRY_DELAY = 2_000;

/** Takes part in the rounds of one federation. */
export class Worker {
  readonly #options: WorkerOptions;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** Works until `signal` aborts. Errors are logged and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    const { client, log } = this.#options;
    for await (const _ of subscribeHeads(client.chain, { signal })) {
      try {
        await this.step();
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof PalletError && SETTLED.has(error.error)) {
          log.debug({ error: error.error }, 'settled by the chain');
          continue;
        }
        log.error({ code: (error as { code?: string }).code, message: (error as Error).message }, 'step failed');
        await sleep(RETRY_DELAY, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Does what is due now, if anything. */
  async step(): Promise<void> {
    const { client, base } = this.#options;
    await this.#join();
    const index = await client.chain.query('zkpot', 'currentRound', base);
    if (index === undefined) return;
    const round = required(await client.chain.query('zkpot', 'rounds', base, index), 'such round');
    if (round.phase === 'Commit') await this.#commit(index);
    else if (round.phase === 'Prove') await this.#prove(index);
    else if (round.phase === 'Seal' && round.leader === this.#address) await this.#seal(index, round);
  }

  get #address(): string {
    return this.#options.client.context.identity.account.address;
  }

  async #join(): Promise<void> {
    const { client, base, sealing, log } = this.#options;
    if ((await client.chain.query('zkpot', 'workers', base, this.#address)) !== undefined) return;
    await client.joinFederation(base, sealing).submit();
    log.info({ base }, 'joined the federation');
  }

  async #commit(round: number): Promise<void> {
    const { client, base, journal, samples, training, log } = this.#options;
    const { chain, identity } = client.context;
    if (await chain.query('zkpot', 'commitments', [base, round], this.#address)) return;
    let entry = await journal.read(base, round);
    if (entry === undefined) {
      const { shape, weights } = await client.generationWeights(base);
      entry = {
        shape,
        weights: trainSoftmax(shape, weights, samples, training),
        salt: randomField(),
        nonce: toHex(crypto.getRandomValues(new Uint8Array(32))),
      };
      await journal.write(base, round, entry);
    }
    const state = fieldHex(commitState(entry.weights, entry.salt));
    const commitment = commitmentHash(chain.genesisHash, this.#address, {
      base,
      round,
      state,
      nonce: entry.nonce,
    });
    await chain.prepare(identity.account, 'zkpot', 'commitModel', { base, round, commitment }).submit();
    log.info({ round }, 'committed to a model');
  }

  async #prove(round: number): Promise<void> {
    const { client, base, journal, log } = this.#options;
    const { context } = client;
    const { chain, identity } = context;
    const entry = await journal.read(base, round);
    if (entry === undefined) return;
    if ((await chain.query('zkpot', 'commitments', [base, round], this.#address)) === undefined) return;
    if ((await chain.query('zkpot', 'entries', [base, round], this.#address)) !== undefined) return;
    const posted = await chain.query('zkpot', 'challenges', base, round);
    if (posted === undefined) {
      await (await postChallenge(context, base, round)).submit();
      log.info({ round }, 'posted the challenge');
      return this.#prove(round);
    }
    const { shape, weights, salt, nonce } = entry;
    const statement = zkpotStatement(
      shape,
      { binding: bind(context, { type: 'Round', base, round }) },
      { weights, salt, challenge: challengeSamples(posted) },
    );
    const started = Date.now();
    const proof = await proveHex(context, statement);
    await chain
      .prepare(identity.account, 'zkpot', 'submitZkpot', {
        base,
        round,
        state: fieldHex(commitState(weights, salt)),
        nonce,
        correct: statement.correct,
        r: fieldHex(statement.r),
        z: fieldHex(statement.z),
        proof,
      })
      .submit();
    log.info({ round, correct: statement.correct, ms: Date.now() - started }, 'proved the accuracy');
  }

  async #seal(index: number, round: Round): Promise<void> {
    const { client, bfv, base, sealing, log } = this.#options;
    const { chain, store } = client.context;
    const model = required(await chain.query('userModels', 'baseModels', base), 'such base model');
    const opCount = Number(round.lastOp - round.firstOp);
    const ops = await getOps(chain, base, round.firstOp, opCount);
    const gradients = ops.map(({ op }) => op.contents.gradient);
    const sum = await aggregateUpdates(bfv, store, gradients, parameterCount(model.shape));
    const aggregate = {
      content: await store.put(sum),
      commitment: { type: 'Inputs', value: aggregateInputs(chain.codec, gradients) },
      contributors: opCount,
    } as const;
    const last = await chain.query('trainingLedger', 'lastBlock');
    const parent = (await chain.query('trainingLedger', 'blockHashes', last)) ?? toHex(new Uint8Array(32));
    const timestamp = BigInt((await chain.api.query['timestamp']?.['now']?.())?.toString() ?? 0);
    const root = toHex(merkleRoot(ops.map(({ id }) => fromHex(id))));
    const hash = blockHash(chain.codec, {
      number: last + 1n,
      timestamp,
      parent,
      base,
      round: index,
      merkleRoot: root,
      firstOp: round.firstOp,
      opCount,
      aggregate,
      leader: this.#address,
    });
    const signature = toHex(mlDsaSign(sealing, fromHex(hash), BLOCK_CONTEXT));
    const args = { base, round: index, timestamp, merkleRoot: root, aggregate, parent, signature };
    const { result } = await sealBlock(client.context, args).submit();
    log.info({ round: index, block: Number(result.number), ops: opCount }, 'sealed a block');
  }
}
