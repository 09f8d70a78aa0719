// SPDX-License-Identifier: Apache-2.0
// The finalised end of a chain as the light client follows it, and reads from its state. The light client takes a finalised head of a
// parachain from the relay chain's state, which GRANDPA's signatures finalised, and checks every answer's trie proof against the
// head's state root.
import { compactFromU8aLim } from '@polkadot/util';
import { blake2, fromHex, toHex } from '@training-ledger/protocol';
import type { Hex } from '@training-ledger/runtime-types';
import type { Chain } from 'smoldot';
import type { FollowEvent, Pinned, Started, StorageItem, StorageQuery } from './chain-head.ts';
import { LightClientError } from './errors.ts';
import { closed, JsonRpcChain } from './json-rpc.ts';

/** An operation that is not done yet. */
interface Operation {
  readonly items: StorageItem[];
  resolve(result: { items: StorageItem[]; output?: Hex }): void;
  reject(error: LightClientError): void;
}

/** Bytes of a header before its number: the parent's hash. */
const NUMBER_AT = 32;
/** Items that one operation may bring: what a node sends without end is given up. */
const MOST_ITEMS = 100_000;

/** Follows a chain's finalised blocks and reads at them. */
export class FinalisedChain {
  readonly #rpc: JsonRpcChain;
  #subscription: string | undefined;
  /** Events of a subscription may come before the answer that names it. */
  readonly #early: [string, FollowEvent][] = [];
  readonly #versions = new Map<Hex, number>();
  readonly #operations = new Map<string, Operation>();
  /** Events of operations may come before the answer that names them: they are kept while an answer is waited for. */
  readonly #earlyOperations = new Map<string, FollowEvent[]>();
  #starting = 0;
  readonly #readers = new Map<Hex, number>();
  #head: Hex | undefined;
  #changed = Promise.withResolvers<void>();
  #closed = false;

  constructor(chain: Chain) {
    this.#rpc = new JsonRpcChain(chain, (subscription, event) =>
      this.#notified(subscription, event as FollowEvent),
    );
    this.#follow();
  }

  /** Waits until the newest finalised block is another one, or there is a first one. @throws LightClientError `CLOSED` */
  async next(known?: Hex): Promise<Hex> {
    while (this.#head === undefined || this.#head === known) {
      if (this.#closed) throw closed();
      await this.#changed.promise;
    }
    return this.#head;
  }

  /**
   * Runs `read` at the newest finalised block, which cannot be forgotten meanwhile.
   * @throws LightClientError `CLOSED`, `READ_FAILED`
   */
  async at<T>(read: (pinned: Pinned) => Promise<T>): Promise<T> {
    const hash = await this.next();
    const subscription = this.#subscription as string;
    this.#readers.set(hash, (this.#readers.get(hash) ?? 0) + 1);
    try {
      const header = await this.#rpc.request<Hex | null>('chainHead_v1_header', subscription, hash);
      const block = { hash, number: numberOf(header, hash) };
      return await read({ subscription, block, specVersion: this.#versions.get(hash) ?? 0 });
    } finally {
      const left = (this.#readers.get(hash) as number) - 1;
      if (left > 0) this.#readers.set(hash, left);
      else {
        this.#readers.delete(hash);
        if (hash !== this.#head && subscription === this.#subscription) this.#unpin([hash]);
      }
    }
  }

  /** Items of the state of a block. @throws LightClientError `READ_FAILED`, `CLOSED` */
  async storage(
    { subscription, block }: Pinned,
    queries: readonly StorageQuery[],
  ): Promise<StorageItem[]> {
    const params = [subscription, block.hash, queries, null] as const;
    return (await this.#operate('chainHead_v1_storage', params)).items;
  }

  /** Calls a function of the runtime. @throws LightClientError `READ_FAILED`, `CLOSED` */
  async call({ subscription, block }: Pinned, name: string, input: Hex): Promise<Hex> {
    const params = [subscription, block.hash, name, input] as const;
    const { output } = await this.#operate('chainHead_v1_call', params);
    if (output === undefined) throw failed(`${name} answered with nothing.`);
    return output;
  }

  close(): void {
    this.#closed = true;
    this.#abandon(closed());
    this.#rpc.close();
    this.#announce();
  }

  #follow(): void {
    this.#rpc.request<string>('chainHead_v1_follow', true).then(
      (subscription) => {
        this.#subscription = subscription;
        for (const [of, event] of this.#early.splice(0)) this.#notified(of, event);
      },
      () => this.close(),
    );
  }

  #notified(subscription: string, event: FollowEvent): void {
    if (this.#subscription === undefined) this.#early.push([subscription, event]);
    else if (subscription === this.#subscription) this.#handle(event);
  }

  #handle(event: FollowEvent): void {
    switch (event.event) {
      case 'initialized': {
        const version = event.finalizedBlockRuntime?.spec?.specVersion ?? 0;
        for (const hash of event.finalizedBlockHashes) this.#versions.set(hash, version);
        this.#advance(event.finalizedBlockHashes);
        break;
      }
      case 'newBlock': {
        const inherited = this.#versions.get(event.parentBlockHash) ?? 0;
        this.#versions.set(event.blockHash, event.newRuntime?.spec?.specVersion ?? inherited);
        break;
      }
      case 'finalized':
        this.#advance(event.finalizedBlockHashes);
        this.#unpin(event.prunedBlockHashes);
        break;
      case 'stop':
        this.#restart();
        break;
      case 'bestBlockChanged':
        break;
      default:
        this.#progress(event.operationId, event);
    }
  }

  #advance(hashes: readonly Hex[]): void {
    const before = this.#head;
    this.#head = hashes.at(-1);
    const old = [...(before === undefined ? [] : [before]), ...hashes.slice(0, -1)];
    this.#unpin(old.filter((hash) => !this.#readers.has(hash)));
    this.#announce();
  }

  #unpin(hashes: readonly Hex[]): void {
    if (hashes.length === 0 || this.#closed) return;
    for (const hash of hashes) this.#versions.delete(hash);
    this.#rpc.request('chainHead_v1_unpin', this.#subscription, hashes).catch(() => {});
  }

  /** The light client lost the thread, after a long gap for instance: everything is asked again. */
  #restart(): void {
    this.#abandon(failed('The light client started to follow the chain anew.'));
    this.#subscription = undefined;
    this.#head = undefined;
    this.#versions.clear();
    this.#readers.clear();
    this.#follow();
  }

  #abandon(error: LightClientError): void {
    for (const { reject } of this.#operations.values()) reject(error);
    this.#operations.clear();
    this.#earlyOperations.clear();
  }

  #announce(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async #operate(
    method: string,
    params: readonly unknown[],
  ): Promise<{ items: StorageItem[]; output?: Hex }> {
    this.#starting += 1;
    try {
      const started = await this.#rpc.request<Started>(method, ...params);
      if (started.result !== 'started') throw failed('Too many reads at once.');
      // Not awaited: the count goes down once the operation is known, and not when it is done.
      return this.#watch(started.operationId);
    } finally {
      this.#starting -= 1;
      if (this.#starting === 0) this.#earlyOperations.clear();
    }
  }

  #watch(id: string): Promise<{ items: StorageItem[]; output?: Hex }> {
    const { promise, resolve, reject } = Promise.withResolvers<{
      items: StorageItem[];
      output?: Hex;
    }>();
    this.#operations.set(id, { items: [], resolve, reject });
    const early = this.#earlyOperations.get(id) ?? [];
    this.#earlyOperations.delete(id);
    for (const event of early) this.#progress(id, event);
    return promise;
  }

  #progress(id: string, event: FollowEvent): void {
    const operation = this.#operations.get(id);
    if (operation === undefined) {
      if (this.#starting === 0) return;
      this.#earlyOperations.set(id, [...(this.#earlyOperations.get(id) ?? []), event]);
      return;
    }
    const end = (finish: () => void): void => {
      this.#operations.delete(id);
      finish();
    };
    switch (event.event) {
      case 'operationStorageItems':
        operation.items.push(...event.items);
        if (operation.items.length > MOST_ITEMS) {
          this.#rpc.request('chainHead_v1_stopOperation', this.#subscription, id).catch(() => {});
          end(() => operation.reject(failed(`There are more than ${MOST_ITEMS} items.`)));
        }
        break;
      case 'operationWaitingForContinue':
        this.#rpc.request('chainHead_v1_continue', this.#subscription, id).catch(() => {});
        break;
      case 'operationStorageDone':
        end(() => operation.resolve({ items: operation.items }));
        break;
      case 'operationCallDone':
        end(() => operation.resolve({ items: [], output: event.output }));
        break;
      case 'operationError':
        end(() => operation.reject(failed(event.error)));
        break;
      case 'operationInaccessible':
        end(() => operation.reject(failed('No node gave a proof of it.')));
        break;
      default:
    }
  }
}

/** The number in a header, whose hash is checked: parent hash, number (compact), roots, digest. */
function numberOf(header: Hex | null, hash: Hex): number {
  const bytes = fromHex(header ?? '0x');
  if (toHex(blake2(bytes)) !== hash) throw failed('A header does not have its hash.');
  const [, number] = compactFromU8aLim(bytes.subarray(NUMBER_AT));
  return number;
}

function failed(details: string): LightClientError {
  return new LightClientError('READ_FAILED', 'Nothing verified could be read.', { details });
}
