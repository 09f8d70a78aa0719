// SPDX-License-Identifier: Apache-2.0
// Joining a federation, and the duty of the phase Commit: a local model, and the commitment to it.
import { commitState, randomField } from '@training-ledger/protocol/statements';
import { commitmentHash, fieldHex, toHex } from '@training-ledger/sdk';
import { trainSoftmax } from '../training/softmax.ts';
import type { DutyContext } from './context.ts';
import type { RoundEntry } from './journal.ts';

/** Joins the federation unless the worker is in it. Whether it is. */
export async function join(context: DutyContext): Promise<boolean> {
  const { client, base, sealing, outbox, address } = context;
  if ((await client.chain.query('zkpot', 'workers', base, address)) !== undefined) return true;
  await outbox.send(['joined the federation', base], client.joinFederation(base, sealing), {
    base,
  });
  return false;
}

/** Trains a model from the newest generation and commits to it. The model is in the journal before its commitment leaves. */
export async function commit(context: DutyContext, round: number): Promise<void> {
  const { client, base, journal, outbox, address } = context;
  const { chain } = client;
  if (await chain.query('zkpot', 'commitments', [base, round], address)) return;
  const entry = (await journal.read(base, round)) ?? (await newEntry(context, round));
  const commitment = commitmentHash(chain.genesisHash, address, {
    base,
    round,
    state: fieldHex(commitState(entry.weights, entry.salt)),
    nonce: entry.nonce,
  });
  const { account } = client.context.identity;
  const call = chain.prepare(account, 'zkpot', 'commitModel', { base, round, commitment });
  await outbox.send(['committed to a model', String(round)], call, { round });
}

async function newEntry(
  { client, base, journal, samples, training }: DutyContext,
  round: number,
): Promise<RoundEntry> {
  const { shape, weights } = await client.generationWeights(base);
  const entry: RoundEntry = {
    shape,
    weights: trainSoftmax(shape, weights, samples, training),
    salt: randomField(),
    nonce: toHex(crypto.getRandomValues(new Uint8Array(32))),
  };
  await journal.write(base, round, entry);
  return entry;
}
