// SPDX-License-Identifier: Apache-2.0
// State of a chosen block, read with the types of the runtime that made it. polkadot-js' own `api.at` shares types with the newest
// state, and after an upgrade it may decode an older block with those of the new runtime.
import type { WsProvider } from '@polkadot/api';
import { expandMetadata, Metadata, TypeRegistry } from '@polkadot/types';
import type { StorageEntry as StorageCreator } from '@polkadot/types/primitive/types';
import type { Codec } from '@polkadot/types/types';
import { compactStripLength, hexToU8a, stringCamelCase, u8aConcat, u8aToHex } from '@polkadot/util';
import { SIGNED_EXTENSIONS } from '@training-ledger/protocol';
import type { Hex } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import { LedgerRuntime } from './ledger-runtime.ts';
import type { BlockView, StorageEntry } from './storage-types.ts';

/** Blocks whose runtime is remembered. */
const REMEMBERED = 256;

type Query = Record<string, Record<string, StorageCreator>>;

/** The types of one version of the runtime. */
interface Release {
  readonly registry: TypeRegistry;
  readonly query: Query;
}

/** Blocks of one chain. */
export class PastBlocks {
  readonly #provider: WsProvider;
  readonly #versions = new Map<Hex, number>();
  readonly #releases = new Map<number, Promise<Release>>();

  constructor(provider: WsProvider) {
    this.#provider = provider;
  }

  /**
   * The state after a block.
   * @throws SdkError `NOT_FOUND` if the node has no such block; what its connection throws.
   */
  async at(hash: Hex): Promise<BlockView> {
    const maker = await this.#makerOf(hash);
    let version = this.#versions.get(hash);
    if (version === undefined) {
      const told = await this.#provider.send<{ specVersion: number }>('state_getRuntimeVersion', [
        maker,
      ]);
      version = told.specVersion;
      if (this.#versions.size >= REMEMBERED) this.#versions.clear();
      this.#versions.set(hash, version);
    }
    const { registry, query } = await this.#release(version, maker);
    return {
      registry,
      entry: (pallet, item) => {
        const creator = query[pallet]?.[item];
        return creator && this.#entry(registry, creator, hash);
      },
      call: (api, method) => this.#call(registry, api, method, hash),
    };
  }

  /** The block whose state has the runtime that made this one: its parent, as the code may be replaced at the end of a block. */
  async #makerOf(hash: Hex): Promise<Hex> {
    const header = await this.#provider.send<{ number: Hex; parentHash: Hex } | null>(
      'chain_getHeader',
      [hash],
    );
    if (header === null) throw new SdkError('NOT_FOUND', `The node has no block ${hash}.`);
    return Number(header.number) === 0 ? hash : header.parentHash;
  }

  #release(version: number, maker: Hex): Promise<Release> {
    let release = this.#releases.get(version);
    if (release === undefined) {
      release = this.#load(maker);
      // What failed is tried again.
      release.catch(() => this.#releases.delete(version));
      this.#releases.set(version, release);
    }
    return release;
  }

  async #load(maker: Hex): Promise<Release> {
    const bytes = await this.#provider.send<Hex>('state_getMetadata', [maker]);
    const registry = new TypeRegistry();
    const metadata = new Metadata(registry, bytes);
    registry.setMetadata(metadata, undefined, SIGNED_EXTENSIONS);
    return { registry, query: expandMetadata(registry, metadata).query as Query };
  }

  #entry(registry: TypeRegistry, creator: StorageCreator, hash: Hex): StorageEntry {
    const { meta } = creator;
    const id = (meta.type.isPlain ? meta.type.asPlain : meta.type.asMap.value).toNumber();
    const type = registry.createLookupType(id);
    const read = async (...keys: unknown[]): Promise<Codec> => {
      const key = u8aToHex(compactStripLength(creator(...keys))[1]);
      const found = await this.#provider.send<Hex | null>('state_getStorage', [key, hash]);
      const decode = (bytes: Uint8Array): Codec => registry.createTypeUnsafe(type, [bytes]);
      if (!meta.modifier.isOptional) {
        return decode(found === null ? meta.fallback.toU8a(true) : hexToU8a(found));
      }
      const option = { isSome: found !== null, unwrap: () => decode(hexToU8a(found)) };
      return option as unknown as Codec;
    };
    return Object.assign(read, { creator }) as unknown as StorageEntry;
  }

  #call(
    registry: TypeRegistry,
    api: string,
    method: string,
    hash: Hex,
  ): ((...values: unknown[]) => Promise<Codec>) | undefined {
    const found = registry.metadata.apis.find(({ name }) => stringCamelCase(name) === api);
    const definition = found?.methods.find(({ name }) => stringCamelCase(name) === method);
    if (found === undefined || definition === undefined) return undefined;
    const { codec } = LedgerRuntime.of(registry);
    return async (...values) => {
      const inputs = definition.inputs.map(({ name, type }, i) =>
        codec.toCodec(type.toNumber(), values[i], name.toString()).toU8a(),
      );
      const params = [`${found.name}_${definition.name}`, u8aToHex(u8aConcat(...inputs)), hash];
      const output = hexToU8a(await this.#provider.send<Hex>('state_call', params));
      return registry.createTypeUnsafe(registry.createLookupType(definition.output), [output]);
    };
  }
}
