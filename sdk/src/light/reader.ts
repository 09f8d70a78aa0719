// SPDX-License-Identifier: Apache-2.0
// Reads that take no node's word. A light client (smoldot) follows the relay chain by GRANDPA's signatures, knows from its state
// which block of the parachain is final, and checks a trie proof of everything that is read against that block's state root. What
// is trusted is the relay chain's spec, and two thirds of its validators.

import { compactStripLength } from '@polkadot/util';
import { fromHex, toHex } from '@training-ledger/protocol';
import type { Hex, Storage } from '@training-ledger/runtime-types';
import type { Keys, Value } from '../client/storage-types.ts';
import type { FinalisedBlock, Pinned } from './chain-head.ts';
import { LightClientError } from './errors.ts';
import type { FinalisedChain } from './finalised.ts';
import { closed } from './json-rpc.ts';
import { StorageItems } from './storage.ts';

/** A value that was checked, and the finalised block whose state holds it. */
export interface Verified<T> {
  readonly value: T;
  readonly verified: true;
  readonly block: FinalisedBlock;
}

/** Version 15 of the metadata, as the argument of the runtime's function. */
const METADATA_VERSION: Hex = '0x0f000000';

/** Reads the state of finalised blocks. */
export class VerifiedReader {
  readonly #chain: FinalisedChain;
  readonly #timeout: number;
  readonly #end: () => Promise<void>;
  #items: { readonly specVersion: number; readonly items: StorageItems } | undefined;
  #closed = false;

  /** Use `createVerifiedReader`. */
  constructor(chain: FinalisedChain, timeout: number, end: () => Promise<void>) {
    this.#chain = chain;
    this.#timeout = timeout;
    this.#end = end;
  }

  /** The newest finalised block. @throws LightClientError `READ_FAILED`, `CLOSED` */
  finalised(): Promise<FinalisedBlock> {
    return this.#limited(() => this.#chain.at(async ({ block }) => block));
  }

  /**
   * Waits until a block of that number is final, for instance the one that a transaction is in.
   * @throws LightClientError `READ_FAILED` if it is not within the time of a read; `CLOSED`
   */
  waitFor(number: number): Promise<FinalisedBlock> {
    let gaveUp = false;
    const wait = async (): Promise<FinalisedBlock> => {
      let known: Hex | undefined;
      for (;;) {
        await this.#chain.next(known);
        const block = await this.#chain.at(async (pinned) => pinned.block);
        if (block.number >= number || gaveUp) return block;
        known = block.hash;
      }
    };
    return this.#limited(wait).finally(() => {
      gaveUp = true;
    });
  }

  /**
   * Bytes under a key of the state trie, in hex; null where there are none, which is proven as well.
   * @throws LightClientError `READ_FAILED`, `CLOSED`
   */
  storage(key: Hex): Promise<Verified<Hex | null>> {
    return this.#read(async (pinned) => {
      const items = await this.#chain.storage(pinned, [{ key, type: 'value' }]);
      return verified(items[0]?.value ?? null, pinned.block);
    });
  }

  /**
   * A storage item of the ledger; undefined where there is none.
   * @throws LightClientError `READ_FAILED`, `CLOSED`, `STORAGE_UNKNOWN`; SdkError `ARGUMENT_INVALID` for a key that is not of its
   * type
   */
  query<P extends keyof Storage & string, I extends keyof Storage[P] & string>(
    pallet: P,
    item: I,
    ...keys: Keys<P, I>
  ): Promise<Verified<Value<P, I>>> {
    return this.#read(async (pinned) => {
      const items = await this.#storageItems(pinned);
      if (keys.length !== items.depth(pallet, item)) throw wrongKeys(pallet, item);
      const key = items.key(pallet, item, keys as Partial<Keys<P, I>>);
      const [found] = await this.#chain.storage(pinned, [{ key, type: 'value' }]);
      return verified(items.value(pallet, item, found?.value), pinned.block);
    });
  }

  /**
   * All entries of a map below the keys given, as [last key, value]: that there are no others is proven as well.
   * @throws LightClientError `READ_FAILED`, `CLOSED`, `STORAGE_UNKNOWN`; SdkError `ARGUMENT_INVALID` for a key that is not of its
   * type
   */
  entries<P extends keyof Storage & string, I extends keyof Storage[P] & string>(
    pallet: P,
    item: I,
    ...keys: Partial<Keys<P, I>>
  ): Promise<Verified<(readonly [unknown, Value<P, I>])[]>> {
    return this.#read(async (pinned) => {
      const items = await this.#storageItems(pinned);
      if (keys.length >= items.depth(pallet, item)) throw wrongKeys(pallet, item);
      const key = items.key(pallet, item, keys);
      const found = await this.#chain.storage(pinned, [{ key, type: 'descendantsValues' }]);
      const entries = found.map(
        (entry) =>
          [items.lastKey(pallet, item, entry.key), items.value(pallet, item, entry.value)] as const,
      );
      return verified(entries, pinned.block);
    });
  }

  /** Ends the light client, unless it was given. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#chain.close();
    await this.#end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Names and types of the runtime at a block: a call of that runtime, executed here on proven state. */
  async #storageItems(pinned: Pinned): Promise<StorageItems> {
    const { specVersion } = pinned;
    if (this.#items?.specVersion === specVersion) return this.#items.items;
    const name = 'Metadata_metadata_at_version';
    const output = fromHex(await this.#chain.call(pinned, name, METADATA_VERSION));
    const items = new StorageItems(metadataOf(output));
    this.#items = { specVersion, items };
    return items;
  }

  #read<T>(read: (pinned: Pinned) => Promise<T>): Promise<T> {
    return this.#limited(() => this.#chain.at(read));
  }

  async #limited<T>(read: () => Promise<T>): Promise<T> {
    if (this.#closed) throw closed();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const details = `It took more than ${this.#timeout} ms.`;
        reject(new LightClientError('READ_FAILED', 'Nothing verified could be read.', { details }));
      }, this.#timeout);
    });
    try {
      return await Promise.race([read(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** `Option<OpaqueMetadata>`. */
function metadataOf(output: Uint8Array): Hex {
  if (output[0] !== 1) {
    const details = 'The runtime has no metadata of version 15.';
    throw new LightClientError('READ_FAILED', 'Nothing verified could be read.', { details });
  }
  return toHex(compactStripLength(output.subarray(1))[1]);
}

function verified<T>(value: T, block: FinalisedBlock): Verified<T> {
  return { value, verified: true, block };
}

function wrongKeys(pallet: string, item: string): LightClientError {
  const details = `${pallet}.${item} has another number of keys.`;
  return new LightClientError('STORAGE_UNKNOWN', 'The chain has no such storage.', { details });
}
