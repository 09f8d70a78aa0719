// SPDX-License-Identifier: Apache-2.0
// Blocks of a network, read in full, and made again of the same transactions on another network.
import { WsProvider } from '@polkadot/api';

import type { ParaId } from '@training-ledger/network';

type Hex = `0x${string}`;

/** twox_128("System") and twox_128("Events"). */
const EVENTS = '0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7';
const PAGE = 1_000;

/** A block as everybody sees it. */
export interface ReadBlock {
  readonly paraId: ParaId;
  readonly height: number;
  readonly hash: Hex;
  readonly extrinsics: readonly Hex[];
  readonly events: Hex | null;
}

/** One chain's JSON-RPC. */
export class ChainReader {
  readonly #provider: WsProvider;
  readonly #paraId: ParaId;

  private constructor(paraId: ParaId, provider: WsProvider) {
    this.#paraId = paraId;
    this.#provider = provider;
  }

  static async connect(paraId: ParaId, endpoint: string): Promise<ChainReader> {
    const provider = new WsProvider(endpoint);
    await provider.isReady;
    return new ChainReader(paraId, provider);
  }

  /** A block by its height. */
  async block(height: number): Promise<ReadBlock> {
    const hash = await this.#ask<Hex>('chain_getBlockHash', height);
    const { block } = await this.#ask<{ block: { extrinsics: Hex[] } }>('chain_getBlock', hash);
    const events = await this.#ask<Hex | null>('state_getStorage', EVENTS, hash);
    return { paraId: this.#paraId, height, hash, extrinsics: block.extrinsics, events };
  }

  /** Everything that the chain holds after a block. */
  async state(height: number): Promise<[key: Hex, value: Hex][]> {
    const hash = await this.#ask<Hex>('chain_getBlockHash', height);
    const entries: [Hex, Hex][] = [];
    for (let start: Hex | null = null; ; ) {
      const keys: Hex[] = await this.#ask('state_getKeysPaged', '0x', PAGE, start, hash);
      for (const key of keys) entries.push([key, await this.#ask('state_getStorage', key, hash)]);
      if (keys.length < PAGE) return entries;
      start = keys.at(-1) as Hex;
    }
  }

  submit(transaction: Hex): Promise<Hex> {
    return this.#ask('author_submitExtrinsic', transaction);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#provider.disconnect();
  }

  #ask<T>(method: string, ...params: unknown[]): Promise<T> {
    return this.#provider.send<T>(method, params);
  }
}

/** Whether somebody signed an extrinsic; a collator makes the others. */
export function isSigned(extrinsic: Hex): boolean {
  const bytes = Buffer.from(extrinsic.slice(2), 'hex');
  // Behind the length, whose form the lowest two bits say.
  const offset = [1, 2, 4, 5][(bytes[0] as number) & 3] as number;
  return ((bytes[offset] as number) & 0x80) !== 0;
}
