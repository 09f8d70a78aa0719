// SPDX-License-Identifier: Apache-2.0
// A message from chain 2000 that pays its way on chain 1000 and leaves the rest to an account there.
import type { ApiPromise } from '@polkadot/api';
import type { Untyped } from '../network/network-under-test.ts';

const UNIT = 10n ** 12n;

/** Account of chain 2000 on chain 1000: `sibl` and the para id. */
export const SOVEREIGN = `0x7369626cd0070000${'00'.repeat(24)}`;

/** The call by which chain 2000's sudo sends the message. */
export function sendPayment(api: ApiPromise, beneficiary: Uint8Array): Untyped {
  const assets = [{ id: { parents: 0, interior: 'Here' }, fun: { Fungible: 50n * UNIT } }];
  const account = { parents: 0, interior: { X1: [{ AccountId32: { id: beneficiary } }] } };
  const message = {
    V5: [
      { WithdrawAsset: assets },
      { BuyExecution: { fees: assets[0], weightLimit: 'Unlimited' } },
      { DepositAsset: { assets: { Wild: { AllCounted: 1 } }, beneficiary: account } },
    ],
  };
  const destination = { V5: { parents: 1, interior: { X1: [{ Parachain: 1000 }] } } };
  const { tx } = api as Untyped;
  return tx.sudo.sudo(tx.polkadotXcm.send(destination, message));
}
