// SPDX-License-Identifier: Apache-2.0
// A channel of the real network that is full.
import type { LedgerClient } from '@training-ledger/sdk';
import { sudo } from '../sdk/ledger.ts';
import { SETTLED } from '../settled.ts';
import type { Untyped } from './network-under-test.ts';

/** Bytes of one large message: two of them are more than a channel holds, and each is less than one message may be. */
export const LARGE = 60_000;

/**
 * Sends two messages that the target's barrier lets do nothing and that together do not fit into the channel: the first fills it, the
 * second waits on the sending chain, and whatever is sent after them waits behind it.
 */
export async function fillChannel({ chain }: LedgerClient, target: number): Promise<void> {
  const tx = chain.api.tx as Untyped;
  const call = { encoded: `0x${'00'.repeat(LARGE)}` };
  const message = { V5: [{ Transact: { originKind: 'Native', fallbackMaxWeight: null, call } }] };
  const destination = { V5: { parents: 1, interior: { X1: [{ Parachain: target }] } } };
  const send = tx.polkadotXcm.send(destination, message);
  await chain.wrap(sudo(), tx.sudo.sudo(tx.utility.batchAll([send, send]))).submit(SETTLED);
}
