// SPDX-License-Identifier: Apache-2.0
// The network that `npm run test:network` chose: the embedded one, which a suite starts itself, or a real one that runs already.
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiPromise, WsProvider } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import { EmbeddedNetwork } from '@training-ledger/network';
import { AttachedNetwork } from '@training-ledger/scripts';

/** `embedded`, or the folder of a real network; nothing under plain `npm test`, where these suites are skipped. */
const CHOSEN = process.env['TRAINING_LEDGER_NETWORK'];
/** Whether there is a network to test. */
export const isChosen = CHOSEN !== undefined && CHOSEN !== '';
/** Whether it is a real one. */
export const isReal = isChosen && CHOSEN !== 'embedded';

/** Milliseconds that a real network's transaction takes at most until it is in a block, and until it is final. */
export const IN_BLOCK = 90_000;
export const FINAL = 180_000;

/** What all suites use of a network. */
export interface NetworkUnderTest {
  /** WebSocket endpoint of a parachain's node. */
  endpoint(paraId: 1000 | 2000): string;
  /** Ends what was started for the suite: nothing of a real network. */
  stop(): Promise<void>;
}

/** The network of a suite. */
export async function networkUnderTest(): Promise<NetworkUnderTest> {
  if (isReal) {
    const network = await realNetwork();
    return { endpoint: (paraId) => network.chain(paraId).endpoint, stop: async () => {} };
  }
  const network = await EmbeddedNetwork.start();
  return { endpoint: (paraId) => network.chain(paraId).endpoint, stop: () => network.stop() };
}

/** The real network, with its relay chain and the controls of its nodes. */
export function realNetwork(): Promise<AttachedNetwork> {
  return AttachedNetwork.attach(CHOSEN as string);
}

/** polkadot-js without the types of a certain runtime. */
// biome-ignore lint/suspicious/noExplicitAny: the calls and storage of whichever chain it is connected to
export type Untyped = any;

const extension = { extrinsic: {}, payload: {} };

/** Connects to a chain. */
export function connect(endpoint: string): Promise<ApiPromise> {
  return connectBy(new WsProvider(endpoint, 1_000));
}

/** Connects to a chain by a provider, which the connection then owns. */
export async function connectBy(provider: WsProvider): Promise<ApiPromise> {
  const signedExtensions = { AuthorizeCall: extension, ImmutableRecords: extension };
  return ApiPromise.create({ provider, noInitWarn: true, signedExtensions });
}

/** How a call is submitted. */
export interface Submission {
  /** Wait until it is in a finalised block. */
  readonly final?: boolean;
  /** Milliseconds to wait. */
  readonly timeout?: number;
}

/**
 * Submits a call and waits until it is in a block; gives that block's number.
 * @throws Error with the ledger's name of what was refused, or with what the node said last if it did not answer in time.
 */
export async function submit(
  api: ApiPromise,
  call: Untyped,
  signer: KeyringPair,
  { final = false, timeout = final ? FINAL : IN_BLOCK }: Submission = {},
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<Untyped>();
  const said: string[] = [];
  const timer = setTimeout(() => {
    const name = `${call.method.section}.${call.method.method}`;
    const last = said.length === 0 ? 'nothing' : said.join(', ');
    reject(new Error(`${name} was not answered within ${timeout} ms. The node said: ${last}.`));
  }, timeout);
  const follow = (result: Untyped): void => {
    const { status } = result;
    said.push(status.type);
    if (result.isError) reject(new Error(`The transaction is ${status.type}.`));
    // polkadot-js reads the block's events first and drops a status that the next one overtakes: where a block is final at
    // once, `InBlock` may never be told.
    if (status.isFinalized || (status.isInBlock && !final)) resolve(result);
  };
  const send = async (attempts: number): Promise<() => void> => {
    try {
      return await call.signAndSend(signer, { nonce: -1 }, follow);
    } catch (error) {
      // Suites that run side by side share the development accounts: the nonce was taken meanwhile.
      const isTaken = /^(1010: .*outdated|1014: )/.test((error as Error).message);
      if (!isTaken || attempts === 1) throw error;
      return send(attempts - 1);
    }
  };
  const sent = send(5);
  sent.catch(reject);
  try {
    const { dispatchError, blockNumber } = await promise;
    if (dispatchError === undefined) return blockNumber.toNumber();
    if (!dispatchError.isModule) throw new Error(dispatchError.toString());
    throw new Error(api.registry.findMetaError(dispatchError.asModule).name);
  } finally {
    clearTimeout(timer);
    sent.then(
      (unsubscribe) => unsubscribe(),
      () => {},
    );
  }
}

/** What clients and polkadot-js say while there is no connection. */
const LOST = /no connection to the node|is not connected|disconnected from|No response received/;

/** Asks until it is so; a connection that is lost meanwhile comes back. */
export async function until(isSo: () => Promise<boolean>, timeout = 2 * FINAL): Promise<void> {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await isSo().catch((error: unknown) => {
      if (!LOST.test((error as Error).message)) throw error;
      return false;
    });
    if (answer) return;
    if (Date.now() > end) throw new Error(`It did not come about within ${timeout} ms.`);
    await sleep(200);
  }
}
