// SPDX-License-Identifier: Apache-2.0
// The duties of a development federation's owner: there is always a round that takes ops, and what was recorded is sealed and becomes a
// generation without anyone asking for it. What is due follows from the chain alone.
import { setTimeout as sleep } from 'node:timers/promises';
import type { VectorCommitter } from '@training-ledger/circuits';
import { attempts, isComplete, openGeneration } from '@training-ledger/offchain-worker';
import type { Hex, Round } from '@training-ledger/runtime-types';
import {
  type LedgerClient,
  required,
  type SubmitOptions,
  subscribeHeads,
} from '@training-ledger/sdk';
import type { Companion } from './companion.ts';
import { UNIT } from './parties.ts';
import { type Pending, readPending } from './pending-ops.ts';

/** What a keeper is made of. */
export interface RoundKeeperOptions {
  /** A client of the base model's owner. */
  readonly owner: LedgerClient;
  readonly base: Hex;
  readonly committer: VectorCommitter;
  readonly companion: Companion;
  /** Plancks that each round is funded with. */
  readonly pool: bigint;
  readonly submission: SubmitOptions;
  /** Told what it did. */
  readonly onProgress: (line: string) => void;
}

/** Heads without another op after which the collection is closed, so that ops that come together go into one block. */
const QUIET_HEADS = 3;
/** Milliseconds after a failure, so that a fault does not become a flood. */
const RETRY_DELAY = 2_000;

/** Keeps a federation's rounds going. */
export class RoundKeeper {
  readonly #options: RoundKeeperOptions;
  #seen = { round: -1, ops: 0, quiet: 0 };
  #lastFailure = '';
  /** The round whose collection was closed last. */
  #collected: number | undefined;
  /** The round that closed undecrypted and was tried to be opened once more. */
  #tried: number | undefined;

  constructor(options: RoundKeeperOptions) {
    this.#options = options;
  }

  /** Does what is due, head after head, until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    for await (const _ of subscribeHeads(this.#options.owner.chain, { signal })) {
      try {
        await this.step();
        this.#lastFailure = '';
      } catch (error) {
        if (signal.aborted) return;
        this.#tellFailure(error);
        await sleep(RETRY_DELAY, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Does what is due now, if anything. */
  async step(): Promise<void> {
    const { owner, base } = this.#options;
    const { chain } = owner;
    const index = await chain.query('zkpot', 'currentRound', base);
    if (index === undefined) return this.#open(0);
    const round = required(await chain.query('zkpot', 'rounds', base, index), 'such round');
    // A phase ends at the start of the next block.
    if (round.phase === 'Collect' && this.#collected !== index) await this.#collect(index);
    else if (round.phase === 'Decrypt') await this.#record(index);
    else if (round.phase === 'Closed') await this.#next(index, round);
  }

  async #open(index: number): Promise<void> {
    const { owner, base, pool, submission, onProgress } = this.#options;
    // Funding the next round is allowed, so that both calls may be in one block.
    await Promise.all([
      owner.openRound(base).submit(submission),
      owner.fundRound(base, index, pool).submit(submission),
    ]);
    onProgress(`round ${index} is open, with ${pool / UNIT} UNIT`);
  }

  async #collect(index: number): Promise<void> {
    const { owner, base, companion, submission, onProgress } = this.#options;
    const { rules } = required(
      await owner.chain.query('userModels', 'baseModels', base),
      'such base model',
    );
    const pending = await readPending(owner.chain, base, rules.maxOps);
    // A proof takes both cores of a small machine: it is made before a user needs them.
    if (pending.ops === 0) return companion.prepare();
    const { contributors } = pending;
    if (contributors.size < rules.minContributors) {
      if (contributors.has(companion.address)) return;
      const op = await companion.record();
      return onProgress(`round ${index}: the companion recorded op ${op.slice(0, 10)}`);
    }
    if (pending.ops < rules.minOps || !this.#isQuiet(index, pending)) return;
    await owner.closeCollect(base).submit(submission);
    this.#collected = index;
    onProgress(`round ${index}: ${pending.ops} ops of ${contributors.size} accounts collected`);
  }

  #isQuiet(round: number, { ops }: Pending): boolean {
    const isSame = this.#seen.round === round && this.#seen.ops === ops;
    this.#seen = { round, ops, quiet: isSame ? this.#seen.quiet + 1 : 0 };
    return this.#seen.quiet >= QUIET_HEADS;
  }

  /** Records the generation as soon as the committee's members have opened the sum. */
  async #record(index: number): Promise<void> {
    const { owner, base, committer, submission, onProgress } = this.#options;
    if (!(await attempts(owner.chain, base, index)).some(isComplete)) return;
    const recording = await openGeneration(owner, committer, base, index);
    const { generation, accuracy } = (await recording.submit(submission)).result;
    const { before, after, samples } = accuracy;
    onProgress(
      `round ${index}: generation ${generation} classifies ${after} of ${samples}, ${before} before`,
    );
  }

  async #next(index: number, { outcome }: Round): Promise<void> {
    const { owner, base, submission, onProgress } = this.#options;
    // The sum may still be opened, until another block is sealed.
    if (outcome === 'Undecrypted' && this.#tried !== index) {
      this.#tried = index;
      await this.#record(index);
    }
    if (outcome === 'Empty') {
      const { account } = owner.context.identity;
      const { chain } = owner;
      const funded = await chain.query('rewards', 'funders', [base, index], account.address);
      const args = { base, round: index };
      if (funded)
        await chain.prepare(account, 'rewards', 'withdrawFunding', args).submit(submission);
      onProgress(`round ${index} closed without a block; its ops go into the next one`);
    }
    await this.#open(index + 1);
  }

  #tellFailure(error: unknown): void {
    const { code, message } = error as { code?: string; message?: string };
    const failure = `the owner's work failed and is tried again: ${code ?? ''} ${message ?? error}`;
    if (failure !== this.#lastFailure) this.#options.onProgress(failure);
    this.#lastFailure = failure;
  }
}
