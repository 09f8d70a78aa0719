// SPDX-License-Identifier: Apache-2.0
// What a chain did with the messages about models that came to it: read from its blocks, so that nothing is missing while a
// connection is away and nothing of a block that was taken back is in it.
import type { EventRecord } from '@polkadot/types/interfaces';
import type { LedgerClient } from '@training-ledger/sdk';

const ANSWERS = ['MirrorUpdated', 'MessageRepeated', 'MessageRefused'];

/** Number of a chain's newest block. */
export async function heightOf({ chain: { api } }: LedgerClient): Promise<number> {
  return (await api.rpc.chain.getHeader()).number.toNumber();
}

/** Lines `<event> <nonce>` about a model, in the blocks after `from`. */
export async function receivedSince(
  client: LedgerClient,
  from: number,
  model: string,
): Promise<string[]> {
  const { api } = client.chain;
  const lines: string[] = [];
  const head = await heightOf(client);
  for (let number = from + 1; number <= head; number++) {
    const at = await api.at(await api.rpc.chain.getBlockHash(number));
    const records = (await at.query['system']?.['events']?.()) as unknown as EventRecord[];
    for (const { event } of records) {
      const [, of, nonce] = event.data;
      if (ANSWERS.includes(event.method) && String(of) === model) {
        lines.push(`${event.method} ${nonce}`);
      }
    }
  }
  return lines;
}
