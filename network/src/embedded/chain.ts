// SPDX-License-Identifier: Apache-2.0
// One ledger parachain on Chopsticks, from its raw chain spec, served over WebSocket on the loopback interface.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { handler } from '@acala-network/chopsticks/rpc/index';
import { createServer } from '@acala-network/chopsticks/server';
import { type Blockchain, BuildBlockMode, setup } from '@acala-network/chopsticks-core';
import type { DEVELOPMENT_PARA_IDS } from '@training-ledger/runtime-types';
import { LedgerGenesis } from './genesis.ts';
import { isSuspended } from './migrations.ts';
import { OpenSockets } from './sockets.ts';

/** Para id of a development chain. */
export type ParaId = (typeof DEVELOPMENT_PARA_IDS)[number];

type Server = Awaited<ReturnType<typeof createServer>>;

/** Blocks that stay readable. Chopsticks forgets the oldest first, the genesis hash among them. */
const KEPT_BLOCKS = 1_000_000;
const FIRST_BLOCK_ATTEMPTS = 5;
/** The slot of the runtime, and the room that block 1 needs before it ends, in ms. */
const SLOT = 6_000;
const FIRST_BLOCK_TIME = 2_500;

/** A running chain. */
export class ServedChain {
  readonly paraId: ParaId;
  readonly endpoint: string;
  /** The chain in Chopsticks. */
  readonly chopsticks: Blockchain;
  readonly #server: Server;
  readonly #sockets: OpenSockets;
  #failure: unknown;
  #closed = false;
  /** Open while the chain makes blocks. */
  #gate = Promise.withResolvers<void>();

  private constructor(
    paraId: ParaId,
    chain: Blockchain,
    server: Server,
    onFailure: (error: unknown) => void,
  ) {
    this.paraId = paraId;
    this.endpoint = `ws://${server.addr}`;
    this.chopsticks = chain;
    this.#server = server;
    this.#sockets = new OpenSockets(server.port);
    // Chopsticks logs a block that cannot be built and goes on as if it had been: the failure is kept and told here.
    this.#gate.resolve();
    const { txPool } = chain;
    const build = txPool.buildBlockWithParams.bind(txPool);
    let last: Promise<void> = Promise.resolve();
    // One after another: what a block may hold depends on the one before.
    txPool.buildBlockWithParams = (params) => {
      const turn = last.then(async () => {
        await this.#gate.promise;
        if (this.#closed) return;
        const waiting = (await isSuspended(chain.head)) ? params.transactions : [];
        const allowed = waiting.length === 0 ? params : { ...params, transactions: [] };
        await build(allowed).catch((error: unknown) => {
          this.#failure = error;
          onFailure(error);
          throw error;
        });
        for (const transaction of waiting) await txPool.submitExtrinsic(transaction);
      });
      last = turn.catch(() => {});
      return turn;
    };
  }

  /**
   * Starts a chain with its block 1: that block writes the genesis hash into storage, by which proofs and ids are bound to
   * the chain.
   * @param specPath file with its raw chain spec
   * @throws Error if the port is taken or the runtime cannot build block 1.
   */
  static async start(
    paraId: ParaId,
    specPath: string,
    port: number,
    onFailure: (error: unknown) => void,
  ): Promise<ServedChain> {
    const spec = JSON.parse(await readFile(specPath, 'utf8'));
    const chain = await startChain(await LedgerGenesis.from(spec));
    const server = await createServer(handler({ chain }), port, '127.0.0.1');
    return new ServedChain(paraId, chain, server, onFailure);
  }

  /** Number of the newest block. */
  get height(): number {
    return this.chopsticks.head.number;
  }

  /**
   * Makes one block of what waits in the pool.
   * @throws Error if the runtime cannot build it.
   */
  async newBlock(): Promise<void> {
    this.#failure = undefined;
    await this.chopsticks.newBlock();
    if (this.#failure !== undefined) {
      throw new Error(`Para ${this.paraId} could not build a block.`, { cause: this.#failure });
    }
  }

  /** Makes no blocks from now on. Transactions and messages wait; reads are answered. */
  pause(): void {
    this.#gate = Promise.withResolvers();
  }

  /** Makes the blocks that were asked for meanwhile, and goes on. */
  resume(): void {
    this.#gate.resolve();
  }

  /** Lets the block that is being made end, then closes the server and every connection to it. */
  async close(): Promise<void> {
    this.#closed = true;
    this.resume();
    await this.chopsticks.upcomingBlocks().catch(() => {});
    await this.chopsticks.close();
    await this.#server.close();
    this.#sockets.close();
  }
}

/** Block 1 reads the clock twice, for its slot and for its timestamp: both have to fall into one slot. */
async function startChain(genesis: LedgerGenesis): Promise<Blockchain> {
  for (let attempt = 1; attempt <= FIRST_BLOCK_ATTEMPTS; attempt++) {
    const left = SLOT - (Date.now() % SLOT);
    if (left < FIRST_BLOCK_TIME) await sleep(left);
    const chain = await setup({
      genesis,
      buildBlockMode: BuildBlockMode.Batch,
      mockSignatureHost: false,
      maxMemoryBlockCount: KEPT_BLOCKS,
    } as unknown as Parameters<typeof setup>[0]);
    if (chain.head.number === 1) return chain;
    await chain.newBlock();
    if (chain.head.number === 1) return chain;
  }
  throw new Error('The runtime cannot build block 1.');
}
