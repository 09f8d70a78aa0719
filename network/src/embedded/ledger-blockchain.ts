// SPDX-License-Identifier: Apache-2.0
// A chain on Chopsticks that makes its blocks itself: one after the other, at once when a transaction or a message comes.
import { Api, Block, Blockchain, inherentProviders } from '@acala-network/chopsticks-core';
import type { Extrinsic, TransactionValidityError } from '@polkadot/types/interfaces';
import {
  type BuiltBlock,
  buildBlock,
  type Messages,
  type RefusedTransaction,
} from './block-builder.ts';
import { ChainState, type Hex, hexEntries } from './chain-state.ts';
import { nextBlockTime } from './clock.ts';
import { EmbeddedNetworkError } from './errors.ts';
import { type Genesis, specProvider } from './genesis.ts';
import { LedgerBlock } from './ledger-block.ts';
import { hasQueuedMessages, isSuspended } from './pending-work.ts';
import { Pool } from './pool.ts';

/** What becomes of a transaction that waits. */
export type TransactionEvent =
  | { readonly type: 'Included'; readonly block: Hex; readonly index: number }
  | { readonly type: 'Invalid'; readonly error: TransactionValidityError | undefined }
  | { readonly type: 'Dropped'; readonly reason: string };

/** Why a transaction did not get into the pool. */
export type PoolRefusal =
  | { readonly type: 'Invalid'; readonly error: TransactionValidityError }
  | { readonly type: 'Known' }
  | { readonly type: 'Full' };

/** Settings of a chain. */
export interface LedgerBlockchainOptions {
  /** The clock, milliseconds of the Unix epoch. */
  readonly now: () => number;
  /** Told of every block that could not be made, and of a listener to new blocks that failed. */
  readonly onFailure: (error: unknown) => void;
}

/** A running chain. */
export class LedgerBlockchain extends Blockchain {
  readonly pool = new Pool();
  /** Every block by its number. All of them stay readable. */
  readonly #blocks: [Block, ...Block[]];
  readonly #byHash = new Map<string, Block>();
  readonly #state: ChainState;
  readonly #options: LedgerBlockchainOptions;
  readonly #watchers = new Map<Hex, Set<(event: TransactionEvent) => void>>();
  #messages: Messages = {};
  /** The block that is being made, and all that were asked for after it. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Whether a block was asked for that is not begun. */
  #isDue = false;
  /** Open while the chain makes blocks. */
  #gate = Promise.withResolvers<void>();
  #isClosed = false;

  constructor({ spec, header, entries }: Genesis, options: LedgerBlockchainOptions) {
    const hash = header.hash.toHex();
    super({
      api: new Api(specProvider(spec)),
      inherentProviders,
      header: { number: 0, hash },
      registeredTypes: {},
    });
    this.#state = new ChainState(entries);
    const parts = { header, extrinsics: [], storage: this.#state.at(0) };
    this.#blocks = [new Block(this, 0, hash, undefined, parts)];
    this.#byHash.set(hash, this.#blocks[0]);
    this.#options = options;
    this.#gate.resolve();
  }

  override get head(): Block {
    return this.#blocks.at(-1) as Block;
  }

  /** A block by its hash, the newest one by default; undefined if there is no such block. */
  override async getBlock(hash?: string | null): Promise<Block | undefined> {
    return hash == null ? this.head : this.#byHash.get(hash.toLowerCase());
  }

  /** A block by its number, the newest one by default; undefined if there is no such block. */
  override async getBlockAt(number?: number | null): Promise<Block | undefined> {
    return number == null ? this.head : this.#blocks[number];
  }

  override async setHead(block: Block): Promise<void> {
    this.#blocks.push(block);
    this.#byHash.set(block.hash, block);
    // The block is made, whatever those who listen make of it.
    await this.headState.setHead(block).catch(this.#options.onFailure);
  }

  /** Puts a transaction into the pool, unless there is a reason not to. A block is made of it at once. */
  async submit(transaction: Hex): Promise<PoolRefusal | undefined> {
    const validity = await this.validateExtrinsic(transaction);
    if (validity.isErr) return { type: 'Invalid', error: validity.asErr };
    const registry = await this.head.registry;
    const { signer, nonce } = registry.createType<Extrinsic>('Extrinsic', transaction);
    if (this.pool.has(transaction)) return { type: 'Known' };
    const waiting = {
      transaction,
      signer: signer.toString(),
      nonce: nonce.toNumber(),
      attempts: 0,
    };
    if (!this.pool.add(waiting)) return { type: 'Full' };
    this.#askForBlock();
    return undefined;
  }

  /** Tells what becomes of a transaction; the returned function ends that. */
  watch(transaction: Hex, listener: (event: TransactionEvent) => void): () => void {
    const watchers = this.#watchers.get(transaction) ?? new Set();
    this.#watchers.set(transaction, watchers.add(listener));
    return () => {
      watchers.delete(listener);
      if (watchers.size === 0) this.#watchers.delete(transaction);
    };
  }

  /** Messages of another parachain for the next block. */
  override submitHorizontalMessages(sender: number, messages: Messages[number]): void {
    this.#messages[sender] = [...(this.#messages[sender] ?? []), ...messages];
    this.#askForBlock();
  }

  /**
   * Makes a block of what waits.
   * @throws EmbeddedNetworkError `BLOCK_FAILED`; `NETWORK_STOPPED`.
   */
  override async newBlock(): Promise<Block> {
    const turn = this.#turn.then(() => this.#makeBlock());
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Writes storage as if the newest block had: between two blocks. */
  async writeStorage(changes: readonly (readonly [Hex, Hex | null])[]): Promise<void> {
    const turn = this.#turn.then(() => this.#state.write(this.head.number, changes));
    this.#turn = turn;
    await turn;
  }

  /** Makes no blocks until {@link resume}. */
  pause(): void {
    this.#gate = Promise.withResolvers();
  }

  /** Makes the blocks that were asked for meanwhile. */
  resume(): void {
    this.#gate.resolve();
  }

  /** Ends with the block that is being made. */
  override async close(): Promise<void> {
    this.#isClosed = true;
    this.resume();
    await this.#turn;
    await super.close();
  }

  #askForBlock(): void {
    if (this.#isDue || this.#isClosed) return;
    this.#isDue = true;
    // A failure is told to `onFailure`.
    this.newBlock().catch(() => {});
  }

  async #makeBlock(): Promise<Block> {
    await this.#gate.promise;
    if (this.#isClosed) throw new EmbeddedNetworkError('NETWORK_STOPPED', 'The chain was stopped.');
    this.#isDue = false;
    const { head } = this;
    const transactions = (await isSuspended(head)) ? [] : this.pool.inOrder();
    const messages = this.#messages;
    this.#messages = {};
    try {
      const contents = { transactions, messages };
      const time = nextBlockTime(await timeOf(head), this.#options.now());
      const built = await buildBlock(head, contents, time);
      return await this.#accept(head, built, messages);
    } catch (error) {
      this.#messages = joined(messages, this.#messages);
      for (const { transaction } of transactions) this.#tryAgain(transaction);
      this.#options.onFailure(error);
      throw error;
    }
  }

  /** The block becomes the head, and who waits for it is told. */
  async #accept(head: Block, built: BuiltBlock, messages: Messages): Promise<Block> {
    const number = head.number + 1;
    this.#state.write(number, hexEntries(built.diff));
    const block = new LedgerBlock(this, head, { ...built, state: this.#state.at(number) });
    const announced = this.setHead(block);
    // At the same moment, so that no nonce is counted twice or not at all.
    for (const transaction of built.extrinsics) this.pool.delete(transaction);
    await announced;
    for (const [index, transaction] of built.extrinsics.entries()) {
      this.#tell(transaction, { type: 'Included', block: block.hash, index });
    }
    for (const refused of built.refused) this.#putAside(refused, built);
    if (Object.values(messages).flat().length > 0 && (await hasQueuedMessages(block))) {
      this.#askForBlock();
    }
    return block;
  }

  /** What the runtime did not take now may be taken later, or never. */
  #putAside({ transaction, error }: RefusedTransaction, { extrinsics }: BuiltBlock): void {
    const reason = error?.isInvalid ? error.asInvalid : undefined;
    if (reason?.isExhaustsResources) {
      this.#tryAgain(transaction);
      // There is more room in the next one, if this one was filled by others.
      if (extrinsics.length > 0) this.#askForBlock();
    } else if (reason?.isFuture) {
      // Its turn comes with a transaction of the same account.
      this.#tryAgain(transaction);
    } else {
      this.pool.delete(transaction);
      this.#tell(transaction, { type: 'Invalid', error });
    }
  }

  #tryAgain(transaction: Hex): void {
    if (this.pool.retry(transaction)) return;
    this.#tell(transaction, { type: 'Dropped', reason: 'It fitted into no block.' });
  }

  #tell(transaction: Hex, event: TransactionEvent): void {
    for (const listener of this.#watchers.get(transaction) ?? []) listener(event);
  }
}

/** Milliseconds of the Unix epoch that a block says it was made at; 0 for genesis. */
async function timeOf(block: Block): Promise<number> {
  const meta = await block.meta;
  const now = meta.query['timestamp']?.['now'];
  if (now === undefined) throw new Error('The runtime has no timestamp.');
  const time = await block.read('u64', now as never);
  return time === undefined ? 0 : time.toNumber();
}

function joined(earlier: Messages, later: Messages): Messages {
  const all = { ...later };
  for (const [sender, messages] of Object.entries(earlier)) {
    all[Number(sender)] = [...messages, ...(later[Number(sender)] ?? [])];
  }
  return all;
}
