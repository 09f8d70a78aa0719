// SPDX-License-Identifier: Apache-2.0
// The ledger's storage items by their names: their keys in the state trie, and values from the bytes there. Names and types come from
// the metadata of the runtime that is read.
import { expandMetadata, Metadata, StorageKey, TypeRegistry } from '@polkadot/types';
import type { StorageEntry as StorageCreator } from '@polkadot/types/primitive/types';
import type { Codec } from '@polkadot/types/types';
import { compactStripLength } from '@polkadot/util';
import {
  accountOf,
  fromHex,
  type LedgerCodec,
  SIGNED_EXTENSIONS,
  toHex,
} from '@training-ledger/protocol';
import type { Hex, Storage } from '@training-ledger/runtime-types';
import { LedgerRuntime, missing } from '../client/ledger-runtime.ts';
import type { Keys, Value } from '../client/storage-types.ts';
import { LightClientError } from './errors.ts';

/** Storage items of one version of the runtime. */
export class StorageItems {
  readonly #registry = new TypeRegistry();
  readonly #runtime: LedgerRuntime;
  readonly #codec: LedgerCodec;
  readonly #query: Record<string, Record<string, StorageCreator>>;

  /** @param metadata the runtime's metadata, in hex */
  constructor(metadata: Hex) {
    const decoded = new Metadata(this.#registry, metadata);
    this.#registry.setMetadata(decoded, undefined, SIGNED_EXTENSIONS);
    this.#runtime = LedgerRuntime.of(this.#registry);
    this.#codec = this.#runtime.codec;
    this.#query = expandMetadata(this.#registry, decoded).query;
  }

  /**
   * Key of an item, or, with fewer keys than it has, what the keys of its entries begin with.
   * @throws LightClientError `STORAGE_UNKNOWN`; SdkError `ARGUMENT_INVALID` for a key that is not of its type, `RUNTIME_UNSUPPORTED` if
   * the chain's runtime has the item in another form than this release, or not at all
   */
  key<P extends keyof Storage & string, I extends keyof Storage[P] & string>(
    pallet: P,
    item: I,
    keys: Partial<Keys<P, I>>,
  ): Hex {
    const entry = this.#entry(pallet, item);
    const ids = this.#keyTypes(entry);
    const given = keys as readonly unknown[];
    if (given.length > ids.length) {
      throw unknown(`${pallet}.${item} has ${ids.length} keys and not ${given.length}.`);
    }
    const checked = given.map((key, i) =>
      this.#codec.toCodec(ids[i] as number, key, `${pallet}.${item}[${i}]`),
    );
    if (checked.length < ids.length) {
      const prefix = entry.iterKey?.(...checked);
      if (prefix === undefined) throw unknown(`${pallet}.${item} has no entries.`);
      return toHex(compactStripLength(prefix.toU8a())[1]);
    }
    return toHex(compactStripLength(entry(...checked))[1]);
  }

  /** How many keys an item has. @throws LightClientError `STORAGE_UNKNOWN` */
  depth(pallet: string, item: string): number {
    return this.#keyTypes(this.#entry(pallet, item)).length;
  }

  /**
   * The value of an item's bytes; `undefined` bytes are those of an item that was never written.
   * @throws LightClientError `STORAGE_UNKNOWN`
   */
  value<P extends keyof Storage & string, I extends keyof Storage[P] & string>(
    pallet: P,
    item: I,
    bytes: Hex | undefined,
  ): Value<P, I> {
    const { meta } = this.#entry(pallet, item);
    if (bytes === undefined && meta.modifier.isOptional) return undefined as Value<P, I>;
    const id = (meta.type.isPlain ? meta.type.asPlain : meta.type.asMap.value).toNumber();
    const type = this.#registry.createLookupType(id);
    const encoded = bytes === undefined ? meta.fallback.toU8a(true) : fromHex(bytes);
    const codec = this.#registry.createTypeUnsafe(type, [encoded]) as Codec;
    return this.#codec.toPlain(codec, id) as Value<P, I>;
  }

  /** The last key of an entry. @throws LightClientError `STORAGE_UNKNOWN` */
  lastKey(pallet: string, item: string, key: Hex): unknown {
    const { meta } = this.#entry(pallet, item);
    const decoded = new StorageKey(this.#registry, key);
    decoded.setMeta(meta, pallet, item);
    const last = decoded.args.at(-1) as Codec;
    return last.toRawType() === 'AccountId' ? accountOf(last) : last.toPrimitive();
  }

  #entry(pallet: string, item: string): StorageCreator {
    const entry = this.#query[pallet]?.[item];
    const path = `${pallet}.${item}`;
    if (entry === undefined) {
      const error = missing('storage', path, 'storage');
      throw error.code === 'NOT_FOUND' ? unknown(`There is no ${path}.`) : error;
    }
    this.#runtime.checkStorage(path, entry.meta);
    return entry;
  }

  #keyTypes({ meta }: StorageCreator): number[] {
    if (meta.type.isPlain) return [];
    const { key, hashers } = meta.type.asMap;
    const id = key.toNumber();
    return hashers.length === 1 ? [id] : this.#codec.partsOf(id);
  }
}

function unknown(details: string): LightClientError {
  return new LightClientError('STORAGE_UNKNOWN', 'The chain has no such storage.', { details });
}
