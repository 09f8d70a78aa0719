// SPDX-License-Identifier: Apache-2.0
// Makes one block as a collator does: initialise, inherents, transactions, finalise; every step is the runtime's.
import { Block, type BuildBlockParams } from '@acala-network/chopsticks-core';
import { SetValidationData } from '@acala-network/chopsticks-core/blockchain/inherent/parachain/validation-data';
import { WELL_KNOWN_KEYS } from '@acala-network/chopsticks-core/utils/proof';
import { GenericExtrinsic } from '@polkadot/types';
import type {
  ApplyExtrinsicResult,
  Header,
  TransactionValidityError,
} from '@polkadot/types/interfaces';
import { compactAddLength, u8aToHex } from '@polkadot/util';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import type { Hex } from './chain-state.ts';
import type { BlockTime } from './clock.ts';
import { EmbeddedNetworkError } from './errors.ts';

/** Messages of other parachains, by sender; a sender with none opens the channels. */
export type Messages = BuildBlockParams['horizontalMessages'];

/** What a block is made of. */
export interface BlockContents {
  /** In the order in which they are tried; those of one account by nonce. */
  readonly transactions: readonly { readonly transaction: Hex; readonly signer: string }[];
  readonly messages: Messages;
}

/** A transaction that the runtime did not take. */
export interface RefusedTransaction {
  readonly transaction: Hex;
  /** The runtime's reason; undefined if it stopped in the middle of the transaction. */
  readonly error: TransactionValidityError | undefined;
}

/** What came of a block's contents. */
export interface BuiltBlock {
  readonly header: Header;
  readonly extrinsics: Hex[];
  readonly diff: Record<Hex, Hex | null>;
  readonly refused: readonly RefusedTransaction[];
}

const NO_HASH: Hex = `0x${'00'.repeat(32)}`;
const APPLY = 'BlockBuilder_apply_extrinsic';
/** Transactions for which a block has no room, after which it is closed. */
const MOST_TOO_LARGE = 8;
const validationData = new SetValidationData();

/**
 * Makes the block after `head`.
 * @throws EmbeddedNetworkError `BLOCK_FAILED` if the runtime refuses an inherent, or stops outside of a transaction.
 */
export async function buildBlock(
  head: Block,
  { transactions, messages }: BlockContents,
  time: BlockTime,
): Promise<BuiltBlock> {
  try {
    const initial = await initialHeader(head, time);
    const draft = new Draft(head, initial);
    await draft.run('Core_initialize_block', [initial.toHex()]);
    for (const inherent of await inherents(draft.block, messages, time)) {
      const { isErr, error } = await draft.apply(inherent, { isInherent: true });
      if (isErr) throw new Error(`The runtime refused an inherent: ${error ?? 'it stopped'}.`);
    }
    const refused: RefusedTransaction[] = [];
    /** Accounts whose next transaction is not here: those after it cannot be taken either. */
    const ahead = new Set<string>();
    let tooLarge = 0;
    for (const { transaction, signer } of transactions) {
      if (ahead.has(signer)) continue;
      if (tooLarge >= MOST_TOO_LARGE) break;
      const { isErr, error } = await draft.apply(transaction);
      if (!isErr) continue;
      refused.push({ transaction, error });
      if (error?.isInvalid && error.asInvalid.isFuture) ahead.add(signer);
      if (error?.isInvalid && error.asInvalid.isExhaustsResources) tooLarge += 1;
    }
    const header = await draft.finalise();
    return { header, extrinsics: draft.extrinsics, diff: draft.diff, refused };
  } catch (cause) {
    throw new EmbeddedNetworkError('BLOCK_FAILED', `Block ${head.number + 1} could not be made.`, {
      details: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/** A block in the making. */
class Draft {
  readonly block: Block;
  readonly extrinsics: Hex[] = [];
  readonly diff: Record<Hex, Hex | null> = {};
  readonly #head: Block;
  readonly #layer: ReturnType<Block['pushStorageLayer']>;

  constructor(head: Block, header: Header) {
    const parts = { header, extrinsics: [], storage: head.storage };
    this.block = new Block(head.chain, head.number + 1, NO_HASH, head, parts);
    this.#head = head;
    this.#layer = this.block.pushStorageLayer();
  }

  /** Calls the runtime and keeps what it changed. */
  async run(method: string, args: Hex[]): Promise<Hex> {
    const response = await this.block.call(method, args);
    this.#keep(response.storageDiff);
    return response.result;
  }

  /** Applies an extrinsic; what a refused one changed is forgotten. */
  async apply(
    extrinsic: Hex,
    { isInherent = false } = {},
  ): Promise<{ isErr: boolean; error: TransactionValidityError | undefined }> {
    // The digests of the relay chain's blocks are made up: in inherents no signature is checked.
    const response = await this.block.call(APPLY, [extrinsic], isInherent).catch(stopped);
    if (response === undefined) return { isErr: true, error: undefined };
    const registry = await this.#head.registry;
    const outcome = registry.createType<ApplyExtrinsicResult>(
      'ApplyExtrinsicResult',
      response.result,
    );
    if (outcome.isErr) return { isErr: true, error: outcome.asErr };
    this.#keep(response.storageDiff);
    this.extrinsics.push(extrinsic);
    return { isErr: false, error: undefined };
  }

  /** The runtime's header. It has no state root: nobody here keeps the trie of the state that it would be the root of. */
  async finalise(): Promise<Header> {
    const registry = await this.#head.registry;
    const result = await this.run('BlockBuilder_finalize_block', []);
    const { parentHash, number, extrinsicsRoot, digest } = registry.createType<Header>(
      'Header',
      result,
    );
    const parts = { parentHash, number, stateRoot: NO_HASH, extrinsicsRoot, digest };
    return registry.createType<Header>('Header', parts);
  }

  #keep(changes: readonly [Hex, Hex | null][]): void {
    for (const [key, value] of changes) this.diff[key] = value;
    this.#layer.setAll([...changes]);
  }
}

/** A runtime that stops says so in an untyped error; anything else went wrong outside of it. */
function stopped(error: unknown): undefined {
  if (error instanceof LedgerError) throw error;
  return undefined;
}

/** The header that a block begins with: its slot and its parent. */
async function initialHeader(head: Block, { slot }: BlockTime): Promise<Header> {
  const registry = await head.registry;
  const number = registry.createType('Slot', slot).toU8a();
  const log = registry.createType('DigestItem', { PreRuntime: ['aura', compactAddLength(number)] });
  return registry.createType<Header>('Header', {
    parentHash: head.hash,
    number: head.number + 1,
    stateRoot: NO_HASH,
    extrinsicsRoot: NO_HASH,
    digest: { logs: [log] },
  });
}

/** What a collator puts into a block itself: the time, and what the relay chain says. */
async function inherents(draft: Block, messages: Messages, time: BlockTime): Promise<Hex[]> {
  const parent = await draft.parentBlock;
  if (parent === undefined) throw new Error('The block has no parent.');
  const meta = await parent.meta;
  const set = meta.tx['timestamp']?.['set'];
  if (set === undefined) throw new Error('The runtime has no timestamp.');
  // The relay chain's slots are as long as the parachain's.
  const slot = u8aToHex(meta.registry.createType('Slot', time.slot).toU8a());
  const params: BuildBlockParams = {
    transactions: [],
    upwardMessages: {},
    downwardMessages: [],
    horizontalMessages: messages,
    relayChainStateOverrides: [[WELL_KNOWN_KEYS.CURRENT_SLOT, slot]],
  };
  const timestamp = new GenericExtrinsic(meta.registry, set(time.timestamp)).toHex();
  return [timestamp, ...(await validationData.createInherents(draft, params))];
}
