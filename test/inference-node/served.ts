// SPDX-License-Identifier: Apache-2.0
// A base model on an embedded chain, and a registered inference node that serves it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProver, verifyingKeyBytes } from '@training-ledger/circuits';
import {
  InferenceService,
  type InferenceServiceOptions,
  registerNode,
} from '@training-ledger/inference-node';
import {
  DEVELOPMENT_RULES,
  EmbeddedNetwork,
  fundAccounts,
  newIdentity,
  sudoAccount,
} from '@training-ledger/network';
import { nodeKeyPair, quantiseFeatures, type Sample } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import { Cleanup, FileContentStore, LedgerClient } from '@training-ledger/sdk';

export const SHAPE = { features: 16, classes: 4 };
export const KEY = nodeKeyPair(new Uint8Array(32).fill(5));
/** Class c lights up features 4c to 4c + 3. */
export const SAMPLES: readonly Sample[] = Array.from({ length: 8 }, (_, i) => ({
  features: quantiseFeatures(Array.from({ length: 16 }, (_, f) => Number(f >> 2 === i % 4))),
  label: i % 4,
}));
/** Weights that look at the features of each class. */
export const WEIGHTS = Int16Array.from({ length: 4 * 17 }, (_, i) =>
  Number((i % 17) >> 2 === Math.floor(i / 17) && i % 17 < 16),
);

/** Everything that a test of inference nodes needs. */
export interface Served {
  readonly client: LedgerClient;
  readonly base: Hex;
  readonly endpoint: string;
  readonly folder: string;
  readonly store: string;
  readonly network: EmbeddedNetwork;
  serve(options?: Partial<InferenceServiceOptions>): Promise<InferenceService>;
  stop(): Promise<void>;
}

/** Starts a chain with a base model whose node is registered. */
export async function startServed(): Promise<Served> {
  await using undo = new Cleanup();
  const network = await EmbeddedNetwork.start({ paraIds: [1000] });
  undo.defer(() => network.stop());
  const folder = await mkdtemp(join(tmpdir(), 'inference-node-'));
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  const prover = createProver();
  undo.defer(() => prover.close());
  const store = join(folder, 'store');
  const { endpoint } = network.chain(1000);
  const client = await LedgerClient.connect({
    endpoint,
    identity: newIdentity(),
    store: new FileContentStore(store),
    prover,
  });
  undo.defer(() => client.disconnect());
  const { account } = client.context.identity;
  await Promise.all([
    client.registerVerifyingKeys(sudoAccount(), verifyingKeyBytes),
    fundAccounts(client, [account.address]),
  ]);
  const registration = await client.registerBaseModel({
    shape: SHAPE,
    weights: WEIGHTS,
    licence: 'CC0-1.0',
    testSet: SAMPLES,
    rules: DEVELOPMENT_RULES,
  });
  const { result: base } = await registration.submit();
  await registerNode(client.chain, account, KEY).submit();
  const { chain } = client;
  const running = undo.move();
  return {
    client,
    base,
    endpoint,
    folder,
    store,
    network,
    serve: (options) =>
      InferenceService.start({ chain, store: client.context.store, base, key: KEY, ...options }),
    stop: () => running.disposeAsync(),
  };
}
