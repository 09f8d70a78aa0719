// SPDX-License-Identifier: Apache-2.0
// The network that `npm run test:network` chose: the embedded one, which a suite starts itself, or a real one that runs already.
import { ApiPromise, WsProvider } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import { AttachedNetwork, EmbeddedNetwork } from '@training-ledger/scripts';

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
export async function connect(endpoint: string): Promise<ApiPromise> {
  const provider = new WsProvider(endpoint, 1_000);
  const signedExtensions = { AuthorizeCall: extension, ImmutableRecords: extension };
  return ApiPromise.create({ provider, noInitWarn: true, signedExtensions });
}

/** Submits a call and waits until it is in a block (`final`: in a finalised one); gives that block's number. */
export function submit(
  api: ApiPromise,
  call: Untyped,
  signer: KeyringPair,
  { final = false } = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    let unsubscribe: (() => void) | undefined;
    call
      .signAndSend(signer, { nonce: -1 }, (result: Untyped) => {
        const { dispatchError, status, blockNumber } = result;
        if (result.isError) reject(new Error(`The transaction is ${status.type}.`));
        if (final ? !status.isFinalized : !result.isInBlock) return;
        unsubscribe?.();
        if (dispatchError === undefined) resolve(blockNumber.toNumber());
        else if (!dispatchError.isModule) reject(new Error(dispatchError.toString()));
        else reject(new Error(api.registry.findMetaError(dispatchError.asModule).name));
      })
      .then((stop: () => void) => {
        unsubscribe = stop;
      }, reject);
  });
}
