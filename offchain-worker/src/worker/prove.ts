// SPDX-License-Identifier: Apache-2.0
// The duty of the phase Prove: the challenge on chain, and the proof of the committed model's accuracy on it.
import { commitState, zkpotStatement } from '@training-ledger/protocol/statements';
import type { Hex, Round } from '@training-ledger/runtime-types';
import {
  bind,
  challengeSamples,
  commitmentHash,
  fieldHex,
  postChallenge,
  proveHex,
  required,
} from '@training-ledger/sdk';
import type { DutyContext } from './context.ts';
import type { RoundEntry } from './journal.ts';

/** Blocks that a worker leaves to each one that committed before it, so that not all post the challenge at once. */
const HEAD_START = 2;

/** What is submitted of a proof. */
interface WrittenProof {
  readonly correct: number;
  readonly r: Hex;
  readonly z: Hex;
  readonly proof: Hex;
}

/** Posts the challenge if nobody did, then proves and submits. */
export async function prove(context: DutyContext, index: number, round: Round): Promise<void> {
  const { client, base, journal, outbox, address, log } = context;
  const { chain } = client;
  const commitment = await chain.query('zkpot', 'commitments', [base, index], address);
  if (commitment === undefined) return;
  if ((await chain.query('zkpot', 'entries', [base, index], address)) !== undefined) return;
  const entry = await journal.read(base, index);
  if (entry === undefined || commitment.hash !== hashOf(context, index, entry)) {
    log.error({ round: index }, 'the journal does not hold the model that was committed to');
    return;
  }
  const posted = await chain.query('zkpot', 'challenges', base, index);
  if (posted === undefined) {
    if (!(await isOwnTurn(context, round, commitment.order))) return;
    const call = await postChallenge(client.context, base, index);
    return outbox.send(['posted the challenge', String(index)], call, { round: index });
  }
  const { weights, salt, nonce } = entry;
  const started = Date.now();
  const { correct, r, z, proof } = await journal.once<WrittenProof>(
    base,
    index,
    ['proof', round.seed ?? ''],
    async () => {
      const statement = zkpotStatement(
        entry.shape,
        { binding: bind(client.context, { type: 'Round', base, round: index }) },
        { weights, salt, challenge: challengeSamples(posted) },
      );
      const bytes = await proveHex(client.context, statement);
      context.metrics?.proofSeconds.observe((Date.now() - started) / 1_000);
      const { correct, r, z } = statement;
      return { correct, r: fieldHex(r), z: fieldHex(z), proof: bytes };
    },
  );
  const state = fieldHex(commitState(weights, salt));
  const call = chain.prepare(client.context.identity.account, 'zkpot', 'submitZkpot', {
    base,
    round: index,
    state,
    nonce,
    correct,
    r,
    z,
    proof,
  });
  const fields = { round: index, correct, ms: Date.now() - started };
  await outbox.send(['proved the accuracy', String(index)], call, fields);
}

function hashOf({ client, base, address }: DutyContext, round: number, entry: RoundEntry): Hex {
  const state = fieldHex(commitState(entry.weights, entry.salt));
  return commitmentHash(client.chain.genesisHash, address, {
    base,
    round,
    state,
    nonce: entry.nonce,
  });
}

async function isOwnTurn(
  { client: { chain }, base }: DutyContext,
  round: Round,
  order: number,
): Promise<boolean> {
  const { rules } = required(
    await chain.query('userModels', 'baseModels', base),
    'such base model',
  );
  const head = Number((await chain.api.query['system']?.['number']?.())?.toString());
  return head >= round.deadline - rules.phases.prove + order * HEAD_START;
}
