// SPDX-License-Identifier: Apache-2.0
// What happened on a chain: who signed what, and which events there were.
import type { EventRecord } from '@polkadot/types/interfaces';
import { encodeAddress } from '@polkadot/util-crypto';
import type { LedgerChain } from '@training-ledger/sdk';

/** An extrinsic of an account. */
export interface Sent {
  readonly signer: string;
  readonly call: string;
  readonly isSuccess: boolean;
}

/** Reads every block from number `from` up to the head. Events are named `pallet.Event`. */
export async function readHistory(
  { api }: Pick<LedgerChain, 'api'>,
  from = 1,
): Promise<{ sent: Sent[]; events: string[] }> {
  const head = (await api.rpc.chain.getHeader()).number.toNumber();
  const sent: Sent[] = [];
  const events: string[] = [];
  for (let number = from; number <= head; number++) {
    const hash = await api.rpc.chain.getBlockHash(number);
    const { block } = await api.rpc.chain.getBlock(hash);
    const at = await api.at(hash);
    const records = (await at.query['system']?.['events']?.()) as unknown as EventRecord[];
    events.push(...records.map(({ event }) => `${event.section}.${event.method}`));
    block.extrinsics.forEach((extrinsic, i) => {
      if (!extrinsic.isSigned) return;
      const isSuccess = records.some(
        ({ phase, event }) =>
          phase.isApplyExtrinsic &&
          phase.asApplyExtrinsic.eqn(i) &&
          event.section === 'system' &&
          event.method === 'ExtrinsicSuccess',
      );
      const call = `${extrinsic.method.section}.${extrinsic.method.method}`;
      sent.push({ signer: encodeAddress(extrinsic.signer.toString(), 42), call, isSuccess });
    });
  }
  return { sent, events };
}
