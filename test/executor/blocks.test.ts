// SPDX-License-Identifier: Apache-2.0
// Two chains on the native executor: a training operation with proofs, a transaction that fails, a message from one chain to the
// other. The same transactions on Chopsticks' own executor make the same blocks and the same states.
import { calculateStateRoot } from '@acala-network/chopsticks-core';
import { stringToU8a, u8aConcat } from '@polkadot/util';
import { createProver } from '@training-ledger/circuits';
import { EmbeddedNetwork, type ExecutorKind, executorInUse } from '@training-ledger/network';
import { LedgerClient, MemoryContentStore } from '@training-ledger/sdk';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { newIdentity, sudo, TestLedger, UNIT } from '../sdk/ledger.ts';
import { SETTLED } from '../settled.ts';
import { ChainReader, isSigned, type ReadBlock } from './replay.ts';

const NOW = Date.UTC(2030, 0, 1);
/** Milliseconds. */
const TIMEOUT = 120_000;

/** What a network came to. */
interface Outcome {
  /** In an order in which they can be made. */
  readonly blocks: readonly ReadBlock[];
  /** Of both chains, after their last blocks. */
  readonly states: readonly { readonly root: string; readonly keys: number }[];
}

const startOn = (executor: ExecutorKind): Promise<EmbeddedNetwork> =>
  EmbeddedNetwork.start({ heartbeat: 0, now: () => NOW, executor });

const reachesHeight = (chain: EmbeddedNetwork['chains'][number], height: number): Promise<void> =>
  vi.waitFor(() => expect(chain.height).toBeGreaterThanOrEqual(height), { timeout: TIMEOUT });

/** Reads what a network makes. */
class Journal {
  readonly blocks: ReadBlock[] = [];
  readonly #network: EmbeddedNetwork;

  constructor(network: EmbeddedNetwork) {
    this.#network = network;
  }

  /** Reads the blocks that were made since the last call: those of the second chain may have come of those of the first. */
  async read(): Promise<void> {
    for (const { endpoint, paraId, height } of this.#network.chains) {
      await using reader = await ChainReader.connect(paraId, endpoint);
      const seen = this.blocks.filter((block) => block.paraId === paraId).length;
      for (let at = seen + 1; at <= height; at++) this.blocks.push(await reader.block(at));
    }
  }

  /** Reads everything that both chains hold now. */
  async end(): Promise<Outcome> {
    await this.read();
    const states = [];
    for (const { endpoint, paraId, height } of this.#network.chains) {
      await using reader = await ChainReader.connect(paraId, endpoint);
      const entries = await reader.state(height);
      states.push({ keys: entries.length, root: await calculateStateRoot(entries, 1) });
    }
    return { blocks: this.blocks, states };
  }
}

/** Records an op with three proofs. */
async function recordOp(ledger: TestLedger): Promise<void> {
  const [user] = ledger.users as [LedgerClient];
  const base = await ledger.registerBase();
  await ledger.registerNode();
  const model = await ledger.fork(user, base);
  await (await user.recordTraining(await ledger.training(model, 1))).submit(SETTLED);
}

/** Sends more than there is. */
async function failingTransfer({ users, owner }: TestLedger): Promise<void> {
  const [{ chain, context }] = users as [LedgerClient];
  const transfer = chain.api.tx['balances']?.['transferAllowDeath'];
  if (transfer === undefined) throw new Error('The chain has no balances.');
  const call = transfer(owner.context.identity.account.address, 10n ** 30n);
  await expect(chain.wrap(context.identity.account, call).submit(SETTLED)).rejects.toThrow();
}

/** Gives the first chain's account on the second one money. */
async function fundSovereign(second: LedgerClient): Promise<void> {
  const sovereign = u8aConcat(stringToU8a('sibl'), Uint8Array.of(0xe8, 0x03), new Uint8Array(26));
  const fund = second.chain.api.tx['balances']?.['transferKeepAlive']?.(sovereign, 100n * UNIT);
  if (fund === undefined) throw new Error('The chain has no balances.');
  await second.chain.wrap(sudo(), fund).submit(SETTLED);
}

/** Lets the first chain's account on the second one pay somebody there. */
async function sendMessage(first: LedgerClient): Promise<void> {
  const assets = [{ id: { parents: 0, interior: 'Here' }, fun: { Fungible: 50n * UNIT } }];
  const id = first.context.identity.account.publicKey;
  const interior = { X1: [{ AccountId32: { network: null, id } }] };
  const instructions = [
    { WithdrawAsset: assets },
    { BuyExecution: { fees: assets[0], weightLimit: 'Unlimited' } },
    { DepositAsset: { assets: { Wild: 'All' }, beneficiary: { parents: 0, interior } } },
  ];
  const { polkadotXcm, sudo: sudoCalls } = first.chain.api.tx;
  const target = { V5: { parents: 1, interior: { X1: [{ Parachain: 2000 }] } } };
  const send = polkadotXcm?.['send']?.(target, { V5: instructions });
  if (send === undefined) throw new Error('The chain has no messages.');
  const call = sudoCalls?.['sudo']?.(send);
  if (call === undefined) throw new Error('The chain has no sudo.');
  await first.chain.wrap(sudo(), call).submit(SETTLED);
}

/** People use both chains. */
async function used(executor: ExecutorKind): Promise<Outcome> {
  await using network = await startOn(executor);
  expect(executorInUse()).toBe(executor);
  const [{ endpoint }, sibling] = network.chains as [
    EmbeddedNetwork['chains'][0],
    EmbeddedNetwork['chains'][0],
  ];
  const nextBlock = (): Promise<void> => network.chain(1000).newBlock();
  const ledger = await TestLedger.on({ endpoint, nextBlock, stop: async () => {} }, 1);
  const prover = createProver();
  const second = await LedgerClient.connect({
    endpoint: sibling.endpoint,
    identity: newIdentity(),
    store: new MemoryContentStore(),
    prover,
  });
  try {
    const journal = new Journal(network);
    await recordOp(ledger);
    await failingTransfer(ledger);
    await fundSovereign(second);
    await journal.read();
    const { height } = sibling;
    await sendMessage(ledger.owner);
    await reachesHeight(sibling, height + 1);
    return await journal.end();
  } finally {
    await second.disconnect();
    await prover.close();
    await ledger.stop();
  }
}

/** The same transactions, block by block. */
async function replayed(executor: ExecutorKind, { blocks }: Outcome): Promise<Outcome> {
  await using network = await startOn(executor);
  expect(executorInUse()).toBe(executor);
  const journal = new Journal(network);
  for (const { paraId, height, extrinsics } of blocks) {
    const chain = network.chain(paraId);
    if (chain.height >= height) continue;
    await using reader = await ChainReader.connect(paraId, chain.endpoint);
    chain.pause();
    for (const transaction of extrinsics.filter(isSigned)) await reader.submit(transaction);
    chain.resume();
    // A block of no transactions was made for messages, and is so here.
    await reachesHeight(chain, height);
  }
  return await journal.end();
}

const inOrder = ({ blocks }: Outcome): readonly ReadBlock[] =>
  blocks.toSorted((a, b) => a.paraId - b.paraId || a.height - b.height);

describe('blocks', () => {
  let native: Outcome;
  let chopsticks: Outcome;
  beforeAll(async () => {
    native = await used('native');
    chopsticks = await replayed('chopsticks', native);
  }, 400_000);

  it('have the same hashes, extrinsics and events on both executors', () => {
    expect(native.blocks.length).toBeGreaterThan(10);
    expect(inOrder(chopsticks)).toEqual(inOrder(native));
  });

  it('lead to the same states', () => {
    expect(native.states.map(({ keys }) => keys > 50)).toEqual([true, true]);
    expect(chopsticks.states).toEqual(native.states);
  });
});
