// SPDX-License-Identifier: Apache-2.0
// The HTTP service of an inference node.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeKeyPair } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import { type ContentStore, chainTime, type LedgerChain } from '@training-ledger/sdk';
import { InferenceNodeError } from '../errors.ts';
import { registeredKey } from '../registration.ts';
import { FORMAT, type NodeFacts } from '../wire.ts';
import { Answers } from './answers.ts';
import { DEFAULT_LIMITS, type NodeLimits } from './limits.ts';
import { Receipts } from './receipts.ts';
import { admit, makeRoutes } from './routes.ts';
import { ServedModel } from './served-model.ts';

/** What a service is made of. */
export interface InferenceServiceOptions {
  readonly chain: LedgerChain;
  readonly store: ContentStore;
  readonly base: Hex;
  /** A registered key. */
  readonly key: NodeKeyPair;
  /** Address to listen on; the loopback interface by default. */
  readonly host?: string;
  /** Port to listen on; a free one by default. */
  readonly port?: number;
  readonly limits?: Partial<NodeLimits>;
  /** Told what goes wrong in the node itself. */
  readonly onFailure?: (error: unknown) => void;
}

/** Milliseconds: a client has to send its request within this, and a stopping service waits so long for those it works on. */
const REQUEST_TIMEOUT = 10_000;

/** Serves a base model's newest generation and signs receipts. */
export class InferenceService {
  /** Where it listens, such as http://127.0.0.1:9990. */
  readonly url: string;
  /** Hash under which its key is registered. */
  readonly nodeKey: Hex;
  readonly #server: Server;
  readonly #stopping: AbortController;
  readonly #following: Promise<void>;
  readonly #requests: ReadonlySet<Promise<unknown>>;

  private constructor(
    server: Server,
    nodeKey: Hex,
    requests: ReadonlySet<Promise<unknown>>,
    stopping: AbortController,
    following: Promise<void>,
  ) {
    const { address, port, family } = server.address() as AddressInfo;
    this.url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    this.nodeKey = nodeKey;
    this.#server = server;
    this.#requests = requests;
    this.#stopping = stopping;
    this.#following = following;
  }

  /**
   * Loads the model and listens.
   * @throws InferenceNodeError `NODE_NOT_REGISTERED` or `PORT_TAKEN`; SdkError of {@link ServedModel.load}.
   */
  static async start({
    chain,
    store,
    base,
    key,
    host = '127.0.0.1',
    port = 0,
    limits: given = {},
    onFailure = () => {},
  }: InferenceServiceOptions): Promise<InferenceService> {
    const nodeKey = registeredKey(key);
    if ((await chain.query('trainingLedger', 'inferenceNodes', nodeKey)) === undefined) {
      throw new InferenceNodeError('NODE_NOT_REGISTERED', "The node's key is not registered.", {
        details: nodeKey,
        hint: 'Register it: receipts of other keys are worth nothing.',
      });
    }
    const model = await ServedModel.load({ chain, store }, base);
    const limits = { ...DEFAULT_LIMITS, ...given };
    const answers = new Answers(limits.answers, limits.answerLifetime);
    const receipts = new Receipts(model, answers, key, () => chainTime(chain));
    const facts = (): NodeFacts => ({
      format: FORMAT,
      genesis: chain.genesisHash,
      base,
      generation: model.generation,
      shape: model.shape,
      nodeKey,
      answerLifetime: limits.answerLifetime / 1_000,
    });
    const routes = makeRoutes(facts, model, receipts);
    const answer = admit(routes, limits, onFailure);
    const requests = new Set<Promise<unknown>>();
    // Node looks for requests that take too long every 30 s by default.
    const server = createServer({ connectionsCheckingInterval: 1_000 }, (request, response) => {
      // Until it was sent, or nobody is there to take it.
      const closed = new Promise<void>((resolve) => response.once('close', resolve));
      requests.add(closed);
      void closed.then(() => requests.delete(closed));
      void answer(request, response);
    });
    server.maxConnections = limits.connections;
    server.requestTimeout = REQUEST_TIMEOUT;
    server.headersTimeout = REQUEST_TIMEOUT;
    await listen(server, host, port);
    const stopping = new AbortController();
    const following = model.follow(stopping.signal, onFailure).catch(onFailure);
    return new InferenceService(server, nodeKey, requests, stopping, following);
  }

  /** Takes no more requests, ends those that it works on, and closes. The connection to the chain stays its owner's. */
  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    const closed = once(this.#server, 'close');
    this.#server.close();
    const late = sleep(REQUEST_TIMEOUT, undefined, { ref: false });
    await Promise.race([Promise.all(this.#requests), late]);
    // Some have never asked for anything.
    this.#server.closeAllConnections();
    await closed;
    await this.#following;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE') throw cause;
    throw new InferenceNodeError('PORT_TAKEN', `Port ${port} of ${host} is taken.`, {
      hint: 'Choose another port, or end the program that listens there.',
    });
  });
}
