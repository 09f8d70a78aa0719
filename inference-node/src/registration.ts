// SPDX-License-Identifier: Apache-2.0
// A node's key on the ledger: only receipts of registered keys count.
import type { KeyringPair } from '@polkadot/keyring/types';
import { type NodeKeyPair, nodeKeyHash } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import { fieldHex, type LedgerChain, type PreparedCall } from '@training-ledger/sdk';

/** Hash under which a key is registered. */
export const registeredKey = ({ publicKey }: Pick<NodeKeyPair, 'publicKey'>): Hex =>
  fieldHex(nodeKeyHash(publicKey));

/** Prepares registering a node's key; a bond of `account` is held. */
export function registerNode(
  chain: LedgerChain,
  account: KeyringPair,
  key: Pick<NodeKeyPair, 'publicKey'>,
): PreparedCall<void> {
  return chain.prepare(account, 'trainingLedger', 'registerInferenceNode', {
    key: registeredKey(key),
  });
}
