// SPDX-License-Identifier: Apache-2.0
// The JSON-RPC of an embedded chain, message by message.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Block } from '@acala-network/chopsticks-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type EmbeddedChain, EmbeddedNetwork } from '../embedded/network.ts';

const UNKNOWN = `0x${'5a'.repeat(32)}`;

let network: EmbeddedNetwork;
let chain: EmbeddedChain;
const open: Client[] = [];

beforeAll(async () => {
  network = await EmbeddedNetwork.start({ paraIds: [1000], heartbeat: 0 });
  chain = network.chain(1000);
});
afterAll(() => network.stop());
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

interface Answer {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: string };
}

/** A client that keeps everything it hears. */
class Client {
  readonly notifications: { method: string; result: Record<string, unknown> }[] = [];
  readonly #socket: WebSocket;
  readonly #answers = new Map<unknown, (answer: Answer) => void>();
  #next = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const { id, method, params, ...answer } = JSON.parse(String(data));
      if (method !== undefined) this.notifications.push({ method, result: params.result });
      else this.#answers.get(id)?.(answer);
    });
  }

  static async open(): Promise<Client> {
    const socket = new WebSocket(chain.endpoint);
    await new Promise((resolve) => socket.once('open', resolve));
    const client = new Client(socket);
    open.push(client);
    return client;
  }

  async ask(method: string, ...params: unknown[]): Promise<Answer> {
    const id = this.#next++;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#answers.set(id, resolve);
    this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return promise;
  }

  async result(method: string, ...params: unknown[]): Promise<never> {
    const { result, error } = await this.ask(method, ...params);
    expect(error).toBeUndefined();
    return result as never;
  }

  /** Results of notifications with an event of this name. */
  events(name: string): Record<string, unknown>[] {
    return this.notifications.map(({ result }) => result).filter(({ event }) => event === name);
  }

  close(): void {
    this.#socket.terminate();
  }
}

test('a read of an unknown block is refused and changes nothing', async () => {
  const client = await Client.open();
  const genesis = await client.result('chain_getBlockHash', 0);
  const key = '0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac';
  const reads: [string, ...unknown[]][] = [
    ['state_getStorage', key, UNKNOWN],
    ['state_getMetadata', UNKNOWN],
    ['state_getRuntimeVersion', UNKNOWN],
    ['state_getKeysPaged', '0x', 10, '0x', UNKNOWN],
    ['state_queryStorageAt', [key], UNKNOWN],
    ['state_call', 'Core_version', '0x', UNKNOWN],
    ['archive_v1_call', UNKNOWN, 'Core_version', '0x'],
  ];
  for (const [method, ...params] of reads) {
    const { error } = await client.ask(method, ...params);
    expect(error, method).toMatchObject({ code: 4003 });
    expect(error?.message).toContain('UnknownBlock');
  }
  for (const method of ['chain_getHeader', 'chain_getBlock']) {
    expect(await client.result(method, UNKNOWN), method).toBeNull();
  }
  expect(await client.result('chain_getBlockHash', 0)).toBe(genesis);
  expect(await client.result('chainSpec_v1_genesisHash')).toBe(genesis);
  expect(await client.result('chain_getBlockHash', 1_000_000)).toBeNull();
  expect((await client.ask('chain_getBlockHash', -1)).error).toMatchObject({ code: -32602 });
  expect((await client.ask('chain_getBlockHash', 0.5)).error).toMatchObject({ code: -32602 });
  await chain.newBlock();
  expect(await client.result('chain_getBlockHash', 0)).toBe(genesis);
});

test('chainHead follows every block in order, with the runtime as the specification writes it', async () => {
  const client = await Client.open();
  const follow = await client.result('chainHead_v1_follow', true);
  await expect.poll(() => client.events('bestBlockChanged')).toHaveLength(1);
  const initialized = client.events('initialized')[0] ?? {};
  expect(initialized['finalizedBlockRuntime']).toMatchObject({
    type: 'valid',
    spec: { specName: 'training-ledger', apis: { '0xdf6acb689907609b': expect.any(Number) } },
  });
  await Promise.all([chain.newBlock(), chain.newBlock(), chain.newBlock()]);
  await expect.poll(() => client.events('finalized')).toHaveLength(3);
  let [parent] = initialized['finalizedBlockHashes'] as string[];
  for (const block of client.events('newBlock')) {
    expect(block['parentBlockHash']).toBe(parent);
    expect(block['newRuntime']).toBeNull();
    parent = block['blockHash'] as string;
  }
  const names = client.notifications.map(({ result }) => result['event']).slice(2);
  const each = ['newBlock', 'bestBlockChanged', 'finalized'];
  expect(names).toEqual([...each, ...each, ...each]);

  const { result, operationId } = (await client.result(
    'chainHead_v1_call',
    follow,
    parent,
    'Core_version',
    '0x',
  )) as {
    result: string;
    operationId: string;
  };
  expect(result).toBe('started');
  await expect
    .poll(() => client.events('operationCallDone'))
    .toEqual([expect.objectContaining({ operationId, output: expect.stringMatching(/^0x/) })]);
});

test('chainHead answers of pinned blocks only', async () => {
  const client = await Client.open();
  const follow = await client.result('chainHead_v1_follow', false);
  await expect.poll(() => client.events('bestBlockChanged')).toHaveLength(1);
  const { bestBlockHash: hash } = client.events('bestBlockChanged')[0] as { bestBlockHash: string };
  expect(await client.result('chainHead_v1_header', follow, hash)).toMatch(/^0x/);
  expect(await client.result('chainHead_v1_header', 'another', hash)).toBeNull();
  const unknown = await client.ask('chainHead_v1_header', follow, UNKNOWN);
  expect(unknown.error).toMatchObject({ code: -32801 });
  await client.result('chainHead_v1_unpin', follow, hash);
  const gone = await client.ask('chainHead_v1_body', follow, hash);
  expect(gone.error).toMatchObject({ code: -32801 });
  await client.result('chainHead_v1_unfollow', follow);
  await chain.newBlock();
  expect(client.events('newBlock')).toEqual([]);
});

test('chainHead reads values, hashes and what is below a key', async () => {
  const client = await Client.open();
  const follow = await client.result('chainHead_v1_follow', false);
  await expect.poll(() => client.events('bestBlockChanged')).toHaveLength(1);
  const { bestBlockHash: hash } = client.events('bestBlockChanged')[0] as { bestBlockHash: string };
  const system = '0x26aa394eea5630e07c48ae0c9558cef7';
  const number = `${system}02a5c1b19ab7a04f536c519aca4983ac`;
  const items = [
    { key: number, type: 'value' },
    { key: number, type: 'hash' },
    { key: system, type: 'descendantsHashes' },
    { key: system, type: 'closestDescendantMerkleValue' },
  ];
  await client.result('chainHead_v1_storage', follow, hash, items, null);
  await expect.poll(() => client.events('operationStorageDone')).toHaveLength(1);
  const found = client
    .events('operationStorageItems')
    .flatMap(({ items }) => items as Record<string, string>[]);
  expect(found).toContainEqual({ key: number, value: expect.stringMatching(/^0x[0-9a-f]{8}$/) });
  const hashes = found.filter((item) => item['hash'] !== undefined);
  expect(hashes.length).toBeGreaterThan(3);
  expect(hashes.every(({ hash: digest }) => digest?.length === 66)).toBe(true);
  expect(found.some((item) => item['closestDescendantMerkleValue'] !== undefined)).toBe(true);
  const wrong = await client.ask('chainHead_v1_storage', follow, hash, [
    { key: number, type: 'all' },
  ]);
  expect(wrong.error).toMatchObject({ code: -32602 });
});

test('a client with many subscriptions or pinned blocks is stopped', async () => {
  const client = await Client.open();
  await Promise.all(Array.from({ length: 16 }, () => client.result('chainHead_v1_follow', false)));
  const oneMore = await client.ask('chainHead_v1_follow', false);
  expect(oneMore.error).toMatchObject({ code: -32800 });
  const other = await Client.open();
  const asked = Array.from({ length: 1_030 }, () => other.ask('chain_subscribeNewHeads'));
  const answers = await Promise.all(asked);
  expect(answers.filter(({ error }) => error?.code === -32006)).toHaveLength(6);
});

test('what is no request is answered with an error', async () => {
  const bodies = ['nonsense', '[]', '{"id": 1}', '{"jsonrpc": "2.0", "id": {}, "method": "a"}'];
  for (const body of bodies) {
    const response = await fetch(chain.endpoint.replace('ws', 'http'), { method: 'POST', body });
    expect(await response.json(), body).toMatchObject({ error: { code: -32600 } });
  }
  const client = await Client.open();
  expect((await client.ask('constructor')).error).toMatchObject({ code: -32601 });
  expect((await client.ask('author_submitExtrinsic', 'ff')).error).toMatchObject({ code: -32602 });
  expect((await client.ask('author_submitExtrinsic', '0xffff')).error).toMatchObject({
    code: 1002,
  });
  expect((await client.ask('dev_newBlock', { count: 1e9 })).error).toMatchObject({ code: -32602 });
  const before = chain.height;
  await client.result('dev_newBlock', { count: 2 });
  expect(chain.height).toBe(before + 2);
});

test('whatever a client sends, the chain goes on and the others are served', async () => {
  const client = await Client.open();
  const methods = ((await client.result('rpc_methods')) as { methods: string[] }).methods;
  const { hash } = (await client.result('chain_getBlock')) as unknown as { hash?: string };
  const head = (await client.result('chain_getBlockHash')) as string;
  const wrong: unknown[][] = [
    [],
    [null],
    ['abc'],
    [[null]],
    [{ length: 1e9 }],
    ['0xabc', -1, {}],
    [[['__proto__']]],
    [1e300, 1e300, 1e300, 1e300],
    [head],
    [head, [{ key: '0x', type: 'all' }]],
    ['0x', 1e9, '0x', head],
    [hash, head, head, head],
    [[...Array(10_001).keys()]],
  ];
  for (const method of methods) {
    for (const params of wrong) await client.ask(method, ...params);
  }
  const { height } = chain;
  await chain.newBlock();
  expect(chain.height).toBe(height + 1);
  const other = await Client.open();
  expect(await other.result('chain_getBlockHash', 0)).toBe(
    await client.result('chainSpec_v1_genesisHash'),
  );
});

test('a storage subscription tells every change, and takes no keys that are none', async () => {
  const client = await Client.open();
  const number = '0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac';
  for (const keys of ['abc', [1], Array(10_001).fill(number)]) {
    const { error } = await client.ask('state_subscribeStorage', keys);
    expect(error).toMatchObject({ code: -32602 });
  }
  await client.result('state_subscribeStorage', [number]);
  await chain.newBlock();
  await chain.newBlock();
  await expect.poll(() => client.notifications).toHaveLength(3);
  const values = client.notifications.map(
    ({ result }) => (result['changes'] as string[][])[0]?.[1],
  );
  expect(new Set(values).size).toBe(3);
});

test('one answer and one batch have a bound', async () => {
  const code = { jsonrpc: '2.0', id: 1, method: 'state_getStorage', params: ['0x3a636f6465'] };
  const url = chain.endpoint.replace('ws', 'http');
  const body = JSON.stringify(Array(30).fill(code));
  const response = await fetch(url, { method: 'POST', body });
  const answers = (await response.json()) as Answer[];
  expect(answers[0]?.result).toMatch(/^0x/);
  expect(answers.at(-1)?.error).toMatchObject({ code: -32008 });
});

test('blocks are made for a client as long as it is there', async () => {
  const client = await Client.open();
  client.ask('dev_newBlock', { count: 1_000 });
  const { height } = chain;
  await expect.poll(() => chain.height).toBeGreaterThan(height);
  const second = await client.ask('dev_newBlock', { count: 2 });
  expect(second.error).toMatchObject({ code: -32004 });
  client.close();
  const later = await Client.open();
  await expect
    .poll(async () => (await later.ask('dev_newBlock', { count: 2 })).error)
    .toBeUndefined();
  expect(chain.height).toBeLessThan(height + 500);
});

test('storage that a developer writes between two blocks stays', async () => {
  const client = await Client.open();
  const keys = Array.from({ length: 20 }, (_, i) => `0xdd${i.toString(16).padStart(4, '0')}`);
  const blocks = client.ask('dev_newBlock', { count: 20 });
  for (const key of keys) await client.result('dev_setStorage', [[key, '0x01']]);
  await blocks;
  for (const key of keys) expect(await client.result('state_getStorage', key)).toBe('0x01');
  for (const wrong of [null, [['0xabc', '0x1']], [['zz', 'yy']], [[5, 6]], [['0xab']]]) {
    expect((await client.ask('dev_setStorage', wrong)).error).toMatchObject({ code: -32602 });
  }
});

test('HTTP answers single requests and batches', async () => {
  const url = chain.endpoint.replace('ws', 'http');
  const ask = async (body: unknown): Promise<unknown> =>
    (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).json();
  const request = { jsonrpc: '2.0', id: 1, method: 'system_health' };
  expect(await ask(request)).toMatchObject({ id: 1, result: { isSyncing: false } });
  expect(await ask([request, { ...request, id: 2 }])).toMatchObject([{ id: 1 }, { id: 2 }]);
  const subscribe = { ...request, method: 'chain_subscribeNewHeads' };
  expect(await ask(subscribe)).toMatchObject({ error: { code: -32601 } });
});

test('a taken port is an error, never another port', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  await expect(EmbeddedNetwork.start({ paraIds: [1000], port })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: expect.stringContaining(String(port)),
  });
  other.close();
});

test('block 1 does not depend on how long its making takes', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const call = Block.prototype.call;
  const slow = vi.spyOn(Block.prototype, 'call').mockImplementation(function (
    this: Block,
    ...args
  ) {
    // Each step of the block takes 20 s of the clock.
    vi.setSystemTime(Date.now() + 20_000);
    return call.apply(this, args);
  });
  const printed = vi.spyOn(console, 'error');
  try {
    await using late = await EmbeddedNetwork.start({ paraIds: [1000], heartbeat: 0 });
    expect(late.chain(1000).height).toBe(1);
    await late.chain(1000).newBlock();
    expect(late.chain(1000).height).toBe(2);
    expect(printed).not.toHaveBeenCalled();
  } finally {
    slow.mockRestore();
    printed.mockRestore();
    vi.useRealTimers();
  }
});
