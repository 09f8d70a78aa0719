// SPDX-License-Identifier: Apache-2.0
// The typed connection to a chain: storage, constants, runtime APIs, calls.
import { ApiPromise, WsProvider } from '@polkadot/api';
import type { SubmittableExtrinsic } from '@polkadot/api/types';
import type { KeyringPair } from '@polkadot/keyring/types';
import type { PortableRegistry } from '@polkadot/types';
import jsonrpc from '@polkadot/types/interfaces/jsonrpc';
import type { Codec, DefinitionRpc, ISubmittableResult } from '@polkadot/types/types';
import { stringCamelCase } from '@polkadot/util';
import type { Calls, Hex, LedgerEvent, RuntimeApis, Storage } from '@training-ledger/runtime-types';
import { accountOf, LedgerCodec, SIGNED_EXTENSIONS } from '../codec/ledger-codec.ts';
import { SdkError } from '../errors.ts';
import { notConnected, request } from './connection.ts';
import { NonceQueue } from './nonces.ts';
import { PreparedCall } from './prepared-call.ts';
import type { Inputs, Keys, Output, StorageEntry, Value } from './storage-types.ts';

/** Milliseconds between attempts to connect. */
const RECONNECT_DELAY = 1_000;

/** A connection to a ledger chain. */
export class LedgerChain {
  readonly api: ApiPromise;
  readonly codec: LedgerCodec;
  readonly #nonces = new Map<string, NonceQueue>();

  private constructor(api: ApiPromise) {
    this.api = api;
    this.codec = new LedgerCodec(api.registry, api.registry.lookup as PortableRegistry);
  }

  /**
   * Connects to a node and checks that it is a ledger chain. Reconnects by itself from then on.
   * @param options.timeout Milliseconds to wait for the node; 60,000 by default.
   * @throws SdkError `NOT_CONNECTED` if it does not answer, `NOT_FOUND` if it is of another chain, `ARGUMENT_INVALID` for
   * what is no WebSocket endpoint.
   */
  static async connect(
    endpoint: string,
    { timeout = 60_000 }: { timeout?: number } = {},
  ): Promise<LedgerChain> {
    if (!/^wss?:\/\//.test(endpoint)) {
      throw new SdkError('ARGUMENT_INVALID', 'An endpoint begins with ws:// or wss://.');
    }
    const provider = new WsProvider(endpoint, RECONNECT_DELAY);
    const api = new ApiPromise({
      provider,
      noInitWarn: true,
      rpc: quietMethods(),
      signedExtensions: SIGNED_EXTENSIONS,
    });
    // The first failed attempt is not the last one.
    api.isReadyOrError.catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), timeout);
    });
    const isReady = await Promise.race([api.isReady.then(() => true), late]);
    clearTimeout(timer);
    if (!isReady) {
      await provider.disconnect();
      throw notConnected(`${endpoint} did not answer within ${timeout} ms.`);
    }
    if (api.tx['trainingLedger'] === undefined) {
      await api.disconnect();
      throw new SdkError('NOT_FOUND', 'The node is not of a training ledger chain.', {
        details: endpoint,
      });
    }
    return new LedgerChain(api);
  }

  /** Hash of the chain's block 0. */
  get genesisHash(): Hex {
    return this.api.genesisHash.toHex();
  }

  /**
   * A storage value of the newest state; undefined where there is none.
   * @throws SdkError `NOT_CONNECTED`; `ARGUMENT_INVALID` for a key that is not of its type.
   */
  async query<P extends keyof Storage & string, I extends keyof Storage[P] & string>(
    pallet: P,
    item: I,
    ...keys: Keys<P, I>
  ): Promise<Value<P, I>> {
    const entry = this.#entry(pallet, item);
    const checked = this.#keys(entry, keys, `${pallet}.${item}`);
    const codec = await request(() => entry(...checked));
    return this.#value(entry, codec) as Value<P, I>;
  }

  /**
   * All entries of a map below the keys given, as [last key, value].
   * @throws SdkError `NOT_CONNECTED`; `ARGUMENT_INVALID` for a key that is not of its type.
   */
  async entries<P extends keyof Storage & string, I extends keyof Storage[P] & string>(
    pallet: P,
    item: I,
    ...keys: unknown[]
  ): Promise<(readonly [unknown, NonNullable<Value<P, I>>])[]> {
    const entry = this.#entry(pallet, item);
    const checked = this.#keys(entry, keys, `${pallet}.${item}`);
    const found = await request(() => entry.entries(...checked));
    return found.map(([{ args }, value]) => {
      const last = args.at(-1) as Codec;
      const key =
        last.toRawType() === 'AccountId' ? accountOf(last) : (last.toPrimitive() as unknown);
      return [key, this.#value(entry, value) as NonNullable<Value<P, I>>] as const;
    });
  }

  /**
   * Calls a runtime API on the newest state, or on that of the block `at`.
   * @throws SdkError `NOT_CONNECTED`; `NOT_FOUND` if the runtime has no such API.
   */
  async runtimeApi<A extends keyof RuntimeApis & string, M extends keyof RuntimeApis[A] & string>(
    api: A,
    method: M,
    inputs: Inputs<A, M>,
    at?: Hex,
  ): Promise<Output<A, M>> {
    const apis = at === undefined ? this.api.call : (await request(() => this.api.at(at))).call;
    const call = (apis as unknown as Record<string, Record<string, unknown>>)[api]?.[method] as
      | (((...args: unknown[]) => Promise<Codec>) & {
          meta: { params: { name: string }[]; type: string };
        })
      | undefined;
    if (call === undefined)
      throw new SdkError('NOT_FOUND', `The chain has no runtime API ${api}.${method}.`);
    const values = Object.values(inputs as Record<string, unknown>);
    const codec = await request(() => call(...values));
    const definition = this.api.registry.metadata.apis
      .find(({ name }) => stringCamelCase(name.toString()) === api)
      ?.methods.find(({ name }) => stringCamelCase(name.toString()) === method);
    return this.codec.toPlain(codec, definition?.output.toNumber() as number) as Output<A, M>;
  }

  /**
   * A call by `account`, with checked arguments. `result` picks what the caller wants of its events.
   * @throws SdkError `ARGUMENT_INVALID` naming the argument.
   */
  prepare<P extends keyof Calls & string, C extends keyof Calls[P] & string, Result = void>(
    account: KeyringPair,
    pallet: P,
    call: C,
    args: Calls[P][C],
    result: (events: readonly LedgerEvent[]) => Result = () => undefined as Result,
  ): PreparedCall<Result> {
    return this.wrap(account, this.extrinsic(pallet, call, args), result);
  }

  /**
   * An extrinsic of the ledger, with checked arguments.
   * @throws SdkError `ARGUMENT_INVALID` naming the argument.
   */
  extrinsic<P extends keyof Calls & string, C extends keyof Calls[P] & string>(
    pallet: P,
    call: C,
    args: Calls[P][C],
  ): SubmittableExtrinsic<'promise', ISubmittableResult> {
    const create = this.api.tx[pallet]?.[call];
    if (create === undefined)
      throw new SdkError('NOT_FOUND', `The chain has no call ${pallet}.${call}.`);
    const given = args as Record<string, unknown>;
    const values = create.meta.fields.map(({ name, type }) => {
      const key = stringCamelCase(name.unwrap().toString());
      return this.codec.toCodec(type.toNumber(), given[key], key);
    });
    return create(...values);
  }

  /** Any extrinsic as a prepared call. */
  wrap<Result = void>(
    account: KeyringPair,
    extrinsic: SubmittableExtrinsic<'promise', ISubmittableResult>,
    result: (events: readonly LedgerEvent[]) => Result = () => undefined as Result,
  ): PreparedCall<Result> {
    let nonces = this.#nonces.get(account.address);
    if (nonces === undefined) {
      nonces = new NonceQueue(this.api, account.address);
      this.#nonces.set(account.address, nonces);
    }
    return new PreparedCall(
      { api: this.api, codec: this.codec, account, nonces },
      extrinsic,
      result,
    );
  }

  /** Closes the connection. */
  async disconnect(): Promise<void> {
    await this.api.disconnect();
  }

  #entry(pallet: string, item: string): StorageEntry {
    const entry = this.api.query[pallet]?.[item];
    if (entry === undefined)
      throw new SdkError('NOT_FOUND', `The chain has no storage ${pallet}.${item}.`);
    return entry as unknown as StorageEntry;
  }

  /** Keys as codecs: polkadot-js would fill up what is too short. */
  #keys({ creator: { meta } }: StorageEntry, keys: readonly unknown[], path: string): Codec[] {
    if (keys.length === 0) return [];
    if (meta.type.isPlain) throw new SdkError('ARGUMENT_INVALID', `${path} has no keys.`);
    const { key, hashers } = meta.type.asMap;
    const id = key.toNumber();
    // Several keys of several hashers are one tuple for the type, but arguments for the call.
    const ids = hashers.length === 1 ? [id] : this.codec.partsOf(id);
    if (keys.length > ids.length)
      throw new SdkError('ARGUMENT_INVALID', `${path} has ${ids.length} keys.`);
    return keys.map((value, i) => this.codec.toCodec(ids[i] as number, value, `${path}[${i}]`));
  }

  #value({ creator: { meta } }: StorageEntry, codec: Codec): unknown {
    const id = (meta.type.isPlain ? meta.type.asPlain : meta.type.asMap.value).toNumber();
    if (!meta.modifier.isOptional) return this.codec.toPlain(codec, id);
    const option = codec as Codec & { isSome: boolean; unwrap(): Codec };
    return option.isSome ? this.codec.toPlain(option.unwrap(), id) : undefined;
  }
}

/**
 * The node's methods as polkadot-js has them, but whatever a request fails with is thrown as a typed error and not written to
 * the console as well.
 */
function quietMethods(): Record<string, Record<string, DefinitionRpc>> {
  const quiet = (methods: Record<string, DefinitionRpc>): Record<string, DefinitionRpc> =>
    Object.fromEntries(
      Object.entries(methods).map(([name, method]) => [name, { ...method, noErrorLog: true }]),
    );
  return Object.fromEntries(
    Object.entries(jsonrpc).map(([section, methods]) => [section, quiet(methods)]),
  );
}
