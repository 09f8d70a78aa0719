// SPDX-License-Identifier: Apache-2.0
// One ledger parachain, from its raw chain spec, served as JSON-RPC on the loopback interface.
import { readFile } from 'node:fs/promises';
import type { DEVELOPMENT_PARA_IDS } from '@training-ledger/runtime-types';
import { createHandler } from '../rpc/handler.ts';
import { RpcServer } from '../rpc/server.ts';
import { genesisOf } from './genesis.ts';
import { LedgerBlockchain, type LedgerBlockchainOptions } from './ledger-blockchain.ts';

/** Para id of a development chain. */
export type ParaId = (typeof DEVELOPMENT_PARA_IDS)[number];

/** A running chain. */
export class ServedChain {
  readonly paraId: ParaId;
  readonly endpoint: string;
  readonly blockchain: LedgerBlockchain;
  readonly #server: RpcServer;

  private constructor(paraId: ParaId, blockchain: LedgerBlockchain, server: RpcServer) {
    this.paraId = paraId;
    this.endpoint = `ws://127.0.0.1:${server.port}`;
    this.blockchain = blockchain;
    this.#server = server;
  }

  /**
   * Starts a chain with its block 1: that block writes the genesis hash into storage, by which proofs and ids are bound to
   * the chain.
   * @param specPath file with its raw chain spec
   * @param port 0 for a free one
   * @throws EmbeddedNetworkError `PORT_TAKEN`; `BLOCK_FAILED` if the runtime cannot make block 1.
   */
  static async start(
    paraId: ParaId,
    specPath: string,
    port: number,
    options: LedgerBlockchainOptions,
  ): Promise<ServedChain> {
    const spec = JSON.parse(await readFile(specPath, 'utf8'));
    const blockchain = new LedgerBlockchain(await genesisOf(spec), options);
    try {
      await blockchain.newBlock();
      const server = await RpcServer.listen(createHandler(blockchain), port);
      return new ServedChain(paraId, blockchain, server);
    } catch (error) {
      await blockchain.close();
      throw error;
    }
  }

  /** Number of the newest block. */
  get height(): number {
    return this.blockchain.head.number;
  }

  /**
   * Makes one block of what waits in the pool.
   * @throws EmbeddedNetworkError `BLOCK_FAILED`; `NETWORK_STOPPED`.
   */
  async newBlock(): Promise<void> {
    await this.blockchain.newBlock();
  }

  /** Makes no blocks from now on. Transactions and messages wait; reads are answered. */
  pause(): void {
    this.blockchain.pause();
  }

  /** Makes the blocks that were asked for meanwhile, and goes on. */
  resume(): void {
    this.blockchain.resume();
  }

  /** Lets the block that is being made end, then closes the server and every connection to it. */
  async close(): Promise<void> {
    await this.blockchain.close();
    await this.#server.close();
  }
}
