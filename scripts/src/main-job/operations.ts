// SPDX-License-Identifier: Apache-2.0
// The ops of a round: every user trains on its own data, and the ledger gets proofs and a sealed update.

import { DIGIT_SHAPE, type InferenceNode } from '@training-ledger/network';
import {
  chooseValidationBatch,
  federationEncryptor,
  trainSoftmax,
} from '@training-ledger/offchain-worker';
import { improvementOf, type Sample } from '@training-ledger/protocol/statements';
import type { UpdateEncryptor } from '@training-ledger/sdk';
import { FINAL, inTurns, type JobContext, type User } from './context.ts';
import type { Federation } from './setup.ts';

/** Users whose ops are made at once: while one is proven, those after it are encrypted and stated. */
const AT_ONCE = 3;
const EPOCHS = 5;

interface RoundOfOps {
  readonly round: number;
  readonly node: InferenceNode;
  /** Weights that the inference node serves. */
  readonly served: Int16Array;
  readonly encryptor: UpdateEncryptor;
}

/** Records an op of each user. */
export async function recordOperations(
  { owner, committer, progress }: JobContext,
  { base, users, node }: Federation,
  round: number,
): Promise<void> {
  const [{ weights: served }, encryptor] = await Promise.all([
    owner.generationWeights(base),
    federationEncryptor(owner.context, base, committer),
  ]);
  const submissions: Promise<void>[] = [];
  await inTurns(users, AT_ONCE, async (user) => {
    if (round > 0) await adopt(user);
    const submit = await prove(user, { round, node, served, encryptor });
    // The next one is proven while this one waits for its block. A failure is told by the wait for all of them.
    const submission = submit().then((message) => progress.step('operations', message));
    submission.catch(() => {});
    submissions.push(submission);
  });
  await Promise.all(submissions);
}

/** Lets a user go on from the newest generation. */
async function adopt(user: User): Promise<void> {
  const call = await user.client.adoptGeneration(user.model.id);
  user.model = (await call.submit(FINAL)).result;
}

/** Trains a user's model and proves what it did; the returned function records it and says so. */
async function prove(
  user: User,
  { round, node, served, encryptor }: RoundOfOps,
): Promise<() => Promise<string>> {
  const { name, model, samples, client } = user;
  const { weights } = model;
  const newWeights = trainSoftmax(DIGIT_SHAPE, weights, samples, {
    epochs: EPOCHS,
    seed: round + 1,
  });
  const batch = chooseValidationBatch(DIGIT_SHAPE, weights, newWeights, samples);
  const improved = improvementOf(DIGIT_SHAPE, { oldWeights: weights, newWeights, batch });
  const delta = Math.max(0, improved);
  const asked = samples[round % samples.length] as Sample;
  const interaction = await node.serve(DIGIT_SHAPE, served, asked);
  const op = { model, newWeights, interaction, batch, delta, encryptor };
  const call = await client.recordTraining(op);
  return async () => {
    const { result } = await call.submit(FINAL);
    user.model = result.model;
    user.ops.push({ id: result.op, round, delta, batch: batch.length, reward: 0n });
    return `${name}: op ${result.op.slice(0, 10)} recorded, three proofs verified, +${delta} of ${batch.length}`;
  };
}
