// SPDX-License-Identifier: Apache-2.0
// Who takes part: identities, funded accounts, an inference node.
import { Keyring } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import { interactionPayload, registerNode } from '@training-ledger/inference-node';
import {
  commitInteraction,
  type NodeKeyPair,
  nodeKeyPair,
  randomField,
  type Sample,
  type Shape,
  scores,
  signReceipt,
} from '@training-ledger/protocol/statements';
import {
  type Identity,
  type Interaction,
  kemKeyPair,
  type LedgerClient,
  payloadDigest,
  type SubmitOptions,
} from '@training-ledger/sdk';

/** One token in plancks. */
export const UNIT = 10n ** 12n;
const FUNDS = 5_000n * UNIT;

/** The development chains' sudo. */
export function sudoAccount(): KeyringPair {
  return new Keyring({ type: 'sr25519' }).addFromUri('//Alice');
}

/** One who has money on development chains and is not the sudo, whom others may need at the same time. */
function funder(): KeyringPair {
  return new Keyring({ type: 'sr25519' }).addFromUri('//Bob');
}

/** A new identity with random secrets. */
export function newIdentity(): Identity {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  return {
    account: new Keyring({ type: 'sr25519' }).addFromSeed(seed),
    secret: randomField(),
    kem: kemKeyPair(),
  };
}

/** Gives accounts money: `amount` plancks each. */
export async function fundAccounts(
  { chain }: LedgerClient,
  addresses: readonly string[],
  amount = FUNDS,
): Promise<void> {
  const transfer = chain.api.tx['balances']?.['transferKeepAlive'];
  const batch = chain.api.tx['utility']?.['batchAll'];
  if (transfer === undefined || batch === undefined) throw new Error('The chain has no balances.');
  await chain
    .wrap(funder(), batch(addresses.map((address) => transfer(address, amount))))
    .submit({ finalized: true, timeout: 300_000 });
}

/** A node in this process that serves a base model's generation and signs what it served. */
export class InferenceNode {
  readonly #key: NodeKeyPair = nodeKeyPair(crypto.getRandomValues(new Uint8Array(32)));
  readonly #client: LedgerClient;

  constructor(client: LedgerClient) {
    this.#client = client;
  }

  /** Registers its key; a bond is held. */
  async register(options?: SubmitOptions): Promise<void> {
    const { chain, context } = this.#client;
    await registerNode(chain, context.identity.account, this.#key).submit(options);
  }

  /** Classifies a sample for a user who then rates the answer, and signs the interaction. */
  async serve(shape: Shape, weights: Int16Array, sample: Sample): Promise<Interaction> {
    const all = scores(shape, weights, sample.features);
    const answer = all.indexOf(Math.max(...all));
    const { input, output } = interactionPayload(sample.features, answer);
    const isRight = answer === sample.label;
    const rating = isRight ? 1 : -1;
    const text = new TextEncoder().encode(isRight ? 'right' : `it is a ${sample.label}`);
    const nonce = randomField();
    const commitment = commitInteraction(
      payloadDigest(input),
      payloadDigest(output),
      rating,
      nonce,
    );
    const receipt = signReceipt(this.#key, commitment, await this.#client.chainTime());
    return { input, output, feedback: { rating, text }, nonce, receipt };
  }
}
