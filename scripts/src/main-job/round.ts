// SPDX-License-Identifier: Apache-2.0
// One round: it is opened and funded, users record ops, workers compete and seal, the committee opens the sum, and a new generation
// is recorded.
import { UNIT } from '@training-ledger/network';
import { openGeneration, waitForDecryption } from '@training-ledger/offchain-worker';
import type { Accuracy, Entry, Hex } from '@training-ledger/runtime-types';
import { required, verifySealedBlock } from '@training-ledger/sdk';
import { FINAL, type JobContext, POOL } from './context.ts';
import { MainJobError } from './errors.ts';
import { recordOperations } from './operations.ts';
import type { BlockReport } from './report/report.ts';
import type { Federation } from './setup.ts';

/** Runs a round from its opening to its generation. */
export async function runRound(
  context: JobContext,
  federation: Federation,
  round: number,
): Promise<BlockReport> {
  const { owner, committer, progress, signal } = context;
  const { base } = federation;
  await progress.stage('operations', async () => {
    await Promise.all([open(context, base, round), recordOperations(context, federation, round)]);
  });
  await progress.stage('sealing', () => seal(context, base, round));
  const { generation, accuracy } = await progress.stage('generation', async () => {
    await waitForDecryption(owner.chain, base, round, { signal });
    const recording = await openGeneration(owner, committer, base, round);
    return (await recording.submit(FINAL)).result;
  });
  const { before, after, samples } = accuracy;
  progress.say(`generation ${generation}: ${before} -> ${after} of ${samples} test samples`);
  return reportBlock(context, base, round, { generation, accuracy });
}

async function open({ owner, progress }: JobContext, base: Hex, round: number): Promise<void> {
  await Promise.all([
    owner.openRound(base).submit(FINAL),
    owner.fundRound(base, round, POOL).submit(FINAL),
  ]);
  progress.say(`round ${round} is open and funded with ${POOL / UNIT} UNIT`);
}

/** Ends the collection of ops and waits until the block is sealed. */
async function seal(
  { owner, network, signal }: JobContext,
  base: Hex,
  round: number,
): Promise<void> {
  await owner.closeCollect(base).submit(FINAL);
  for await (const { index, round: state } of owner.subscribeRounds(base, { signal })) {
    if (index !== round) continue;
    if (state.phase === 'Closed') {
      const details = `Its outcome is ${state.outcome}.`;
      throw new MainJobError('ROUND_CLOSED', `Round ${round} closed without a block.`, { details });
    }
    if (state.phase === 'Decrypt') return;
    // A phase in which everybody has done what is due ends at the start of the next block.
    await network.nextBlock?.();
  }
  signal.throwIfAborted();
}

/** What the ledger has of the round's block. Its generation is final, and so is the block that it was made from. */
async function reportBlock(
  { owner, progress }: JobContext,
  base: Hex,
  round: number,
  { generation, accuracy }: { generation: number; accuracy: Accuracy },
): Promise<BlockReport> {
  const { chain } = owner;
  const number = required(
    await chain.query('trainingLedger', 'roundBlock', base, round),
    'such block',
  );
  const [sealed, hash, entries] = await Promise.all([
    owner.getBlock(number),
    chain.query('trainingLedger', 'blockHashes', number),
    chain.entries('zkpot', 'entries', [base, round]),
  ]);
  verifySealedBlock(chain.codec, sealed);
  const { leader, opCount } = sealed.block;
  progress.say(`block ${number} sealed with ${opCount} ops; signature verified`);
  const proven = provenBy(entries);
  return {
    number: Number(number),
    hash: required(hash, 'hash of this block'),
    round,
    ops: opCount,
    leader,
    provenCorrect: leadersCount(proven, leader),
    challenge: accuracy.challenge,
    proven,
    generation: { index: generation, provenCorrect: accuracy.provenCorrect },
    accuracy: {
      before: accuracy.before / accuracy.samples,
      after: accuracy.after / accuracy.samples,
    },
  };
}

/** What the workers of a round have proven, best first; of equals the one that committed first. */
export function provenBy(
  entries: readonly (readonly [unknown, Pick<Entry, 'correct' | 'order'>])[],
): BlockReport['proven'] {
  return entries
    .toSorted(([, a], [, b]) => b.correct - a.correct || a.order - b.order)
    .map(([worker, { correct }]) => ({ worker: String(worker), correct }));
}

/** What the leader of a block has proven itself, whatever others or the generation have. */
export function leadersCount(proven: BlockReport['proven'], leader: string): number {
  return required(
    proven.find(({ worker }) => worker === leader),
    'proof of the leader',
  ).correct;
}
