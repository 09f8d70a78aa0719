// SPDX-License-Identifier: Apache-2.0
// The typed connection to a chain: storage, constants, runtime APIs, calls.
import { ApiPromise } from '@polkadot/api';
import type { SubmittableExtrinsic } from '@polkadot/api/types';
import type { KeyringPair } from '@polkadot/keyring/types';
import jsonrpc from '@polkadot/types/interfaces/jsonrpc';
import type { Codec, DefinitionRpc, ISubmittableResult } from '@polkadot/types/types';
import { stringCamelCase } from '@polkadot/util';
import { accountOf, type LedgerCodec, SIGNED_EXTENSIONS } from '@training-ledger/protocol';
import type { Calls, Hex, LedgerEvent, RuntimeApis, Storage } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import { notConnected, request } from './connection.ts';
import { LedgerProvider } from './ledger-provider.ts';
import { LedgerRuntime, missing } from './ledger-runtime.ts';
import { NonceQueue } from './nonces.ts';
import { PastBlocks } from './past-blocks.ts';
import { PreparedCall } from './prepared-call.ts';
import { RuntimeUpdates } from './runtime-updates.ts';
import type { BlockView, Inputs, Keys, Output, StorageEntry, Value } from './storage-types.ts';

/** Milliseconds between attempts to connect. */
const RECONNECT_DELAY = 1_000;

/** A connection to a ledger chain. */
export class LedgerChain {
  readonly api: ApiPromise;
  readonly #updates: RuntimeUpdates;
  readonly #past: PastBlocks;
  readonly #nonces = new Map<string, NonceQueue>();

  private constructor(api: ApiPromise, updates: RuntimeUpdates, past: PastBlocks) {
    this.api = api;
    this.#updates = updates;
    this.#past = past;
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
    const provider = new LedgerProvider(endpoint, RECONNECT_DELAY);
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
    return new LedgerChain(api, await RuntimeUpdates.follow(api), new PastBlocks(provider));
  }

  /** The types of the chain's newest runtime: ask for it again when it is needed again. */
  get codec(): LedgerCodec {
    return this.#updates.runtime.codec;
  }

  /** Hash of the chain's block 0. */
  get genesisHash(): Hex {
    return this.api.genesisHash.toHex();
  }

  /**
   * A storage value of the newest state; undefined where there is none.
   * @throws SdkError `NOT_CONNECTED`; `ARGUMENT_INVALID` for a key that is not of its type; `RUNTIME_UNSUPPORTED` if the chain's
   * runtime has the item in another form than this release, or not at all.
   */
  async query<P extends keyof Storage & string, I extends keyof Storage[P] & string>(
    pallet: P,
    item: I,
    ...keys: Keys<P, I>
  ): Promise<Value<P, I>> {
    return this.#updates.consistently(() => this.#read(this.#newest, pallet, item, keys));
  }

  /**
   * A storage value of the state after the block `at`; undefined where there is none.
   * @throws SdkError as {@link query}, for the runtime that the block was made with.
   */
  async queryAt<P extends keyof Storage & string, I extends keyof Storage[P] & string>(
    at: Hex,
    pallet: P,
    item: I,
    ...keys: Keys<P, I>
  ): Promise<Value<P, I>> {
    const block = await request(() => this.#past.at(at));
    return this.#read(block, pallet, item, keys);
  }

  /**
   * The newest block that cannot be taken back. What state that is read after this says of this block or earlier ones is final
   * too: a node's newest block never leaves its final one.
   * @throws SdkError `NOT_CONNECTED`.
   */
  async finalized(): Promise<{ readonly hash: Hex; readonly number: number }> {
    const hash = await request(() => this.api.rpc.chain.getFinalizedHead());
    const { number } = await request(() => this.api.rpc.chain.getHeader(hash));
    return { hash: hash.toHex(), number: number.toNumber() };
  }

  /**
   * All entries of a map below the keys given, as [last key, value].
   * @throws SdkError as {@link query}.
   */
  async entries<P extends keyof Storage & string, I extends keyof Storage[P] & string>(
    pallet: P,
    item: I,
    ...keys: unknown[]
  ): Promise<(readonly [unknown, NonNullable<Value<P, I>>])[]> {
    return this.#updates.consistently(async () => {
      const { entry, codec } = this.#entry(this.#newest, pallet, item);
      const checked = this.#keys(codec, entry, keys, `${pallet}.${item}`);
      const found = await request(() => entry.entries(...checked));
      return found.map(([{ args }, value]) => {
        const last = args.at(-1) as Codec;
        const key =
          last.toRawType() === 'AccountId' ? accountOf(last) : (last.toPrimitive() as unknown);
        return [key, this.#value(codec, entry, value) as NonNullable<Value<P, I>>] as const;
      });
    });
  }

  /**
   * Calls a runtime API on the newest state, or on that of the block `at`.
   * @throws SdkError `NOT_CONNECTED`; `RUNTIME_UNSUPPORTED` if the runtime has no such API or it takes or returns something else.
   */
  async runtimeApi<A extends keyof RuntimeApis & string, M extends keyof RuntimeApis[A] & string>(
    api: A,
    method: M,
    inputs: Inputs<A, M>,
    at?: Hex,
  ): Promise<Output<A, M>> {
    if (at !== undefined) {
      const block = await request(() => this.#past.at(at));
      return this.#call(block, api, method, inputs);
    }
    return this.#updates.consistently(() => this.#call(this.#newest, api, method, inputs));
  }

  async #call<A extends keyof RuntimeApis & string, M extends keyof RuntimeApis[A] & string>(
    block: BlockView,
    api: A,
    method: M,
    inputs: Inputs<A, M>,
  ): Promise<Output<A, M>> {
    const call = block.call(api, method);
    const definition = block.registry.metadata.apis
      .find(({ name }) => stringCamelCase(name.toString()) === api)
      ?.methods.find(({ name }) => stringCamelCase(name.toString()) === method);
    const path = `${api}.${method}`;
    if (call === undefined || definition === undefined) throw missing('apis', path, 'runtime API');
    const runtime = LedgerRuntime.of(block.registry);
    runtime.checkMethod(path, definition);
    const values = Object.values(inputs as Record<string, unknown>);
    const codec = await request(() => call(...values));
    return runtime.codec.toPlain(codec, definition.output.toNumber()) as Output<A, M>;
  }

  /**
   * A call by `account`, with checked arguments. `result` picks what the caller wants of its events.
   * @throws SdkError as {@link extrinsic}.
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
   * @throws SdkError `ARGUMENT_INVALID` naming the argument; `RUNTIME_UNSUPPORTED` if the chain's runtime has no such call or it takes
   * other arguments.
   */
  extrinsic<P extends keyof Calls & string, C extends keyof Calls[P] & string>(
    pallet: P,
    call: C,
    args: Calls[P][C],
  ): SubmittableExtrinsic<'promise', ISubmittableResult> {
    const create = this.api.tx[pallet]?.[call];
    const path = `${pallet}.${call}`;
    if (create === undefined) throw missing('calls', path, 'call');
    this.#updates.runtime.checkCall(path, create.meta.fields);
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
      { api: this.api, updates: this.#updates, account, nonces },
      extrinsic,
      result,
    );
  }

  /** Closes the connection. */
  async disconnect(): Promise<void> {
    await this.api.disconnect();
  }

  /** The newest state. */
  get #newest(): BlockView {
    const { api } = this;
    return {
      registry: api.registry,
      entry: (pallet, item) => api.query[pallet]?.[item] as unknown as StorageEntry | undefined,
      call: (name, method) => {
        const apis = api.call as unknown as Record<
          string,
          Record<string, ReturnType<BlockView['call']>>
        >;
        return apis[name]?.[method];
      },
    };
  }

  async #read<P extends keyof Storage & string, I extends keyof Storage[P] & string>(
    block: BlockView,
    pallet: P,
    item: I,
    keys: readonly unknown[],
  ): Promise<Value<P, I>> {
    const { entry, codec } = this.#entry(block, pallet, item);
    const checked = this.#keys(codec, entry, keys, `${pallet}.${item}`);
    const value = await request(() => entry(...checked));
    return this.#value(codec, entry, value) as Value<P, I>;
  }

  /** A storage item in the form that this release knows, and the types of its runtime. */
  #entry(
    view: BlockView,
    pallet: string,
    item: string,
  ): { entry: StorageEntry; codec: LedgerCodec } {
    const entry = view.entry(pallet, item);
    const path = `${pallet}.${item}`;
    if (entry === undefined) throw missing('storage', path, 'storage');
    const runtime = LedgerRuntime.of(view.registry);
    runtime.checkStorage(path, entry.creator.meta);
    return { entry, codec: runtime.codec };
  }

  /** Keys as codecs: polkadot-js would fill up what is too short. */
  #keys(
    codec: LedgerCodec,
    { creator: { meta } }: StorageEntry,
    keys: readonly unknown[],
    path: string,
  ): Codec[] {
    if (keys.length === 0) return [];
    if (meta.type.isPlain) throw new SdkError('ARGUMENT_INVALID', `${path} has no keys.`);
    const { key, hashers } = meta.type.asMap;
    const id = key.toNumber();
    // Several keys of several hashers are one tuple for the type, but arguments for the call.
    const ids = hashers.length === 1 ? [id] : codec.partsOf(id);
    if (keys.length > ids.length)
      throw new SdkError('ARGUMENT_INVALID', `${path} has ${ids.length} keys.`);
    return keys.map((value, i) => codec.toCodec(ids[i] as number, value, `${path}[${i}]`));
  }

  #value(codec: LedgerCodec, { creator: { meta } }: StorageEntry, value: Codec): unknown {
    const id = (meta.type.isPlain ? meta.type.asPlain : meta.type.asMap.value).toNumber();
    if (!meta.modifier.isOptional) return codec.toPlain(value, id);
    const option = value as Codec & { isSome: boolean; unwrap(): Codec };
    return option.isSome ? codec.toPlain(option.unwrap(), id) : undefined;
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
