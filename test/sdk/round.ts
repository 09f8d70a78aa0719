// SPDX-License-Identifier: Apache-2.0
// One worker's way through a round, step by step with the SDK alone.

import { aggregateUpdates, trainSoftmax } from '@training-ledger/offchain-worker';
import {
  addCommitments,
  commitState,
  randomField,
  zkpotStatement,
} from '@training-ledger/protocol/statements';
import type { Hex, Round } from '@training-ledger/runtime-types';
import {
  BLOCK_CONTEXT,
  bind,
  blockHash,
  challengeSamples,
  commitmentHash,
  fieldHex,
  fromHex,
  getOps,
  includedOps,
  type LedgerClient,
  type MlDsaKeyPair,
  merkleRoot,
  mlDsaKeyPair,
  mlDsaSign,
  postChallenge,
  proveHex,
  required,
  type SealArgs,
  sealBlock,
  toHex,
  updateShape,
} from '@training-ledger/sdk';
import { SETTLED } from '../settled.ts';
import { SHAPE, samples, type TestLedger } from './ledger.ts';

/** A worker's clients and keys. */
export interface TestWorker {
  readonly client: LedgerClient;
  readonly key: MlDsaKeyPair;
}

/** Joins a federation with a new sealing key. */
export async function join(client: LedgerClient, base: Hex): Promise<TestWorker> {
  const key = mlDsaKeyPair(crypto.getRandomValues(new Uint8Array(32)));
  await client.joinFederation(base, key).submit(SETTLED);
  return { client, key };
}

export async function roundOf({ chain }: LedgerClient, base: Hex, index: number): Promise<Round> {
  return required(await chain.query('zkpot', 'rounds', base, index), 'such round');
}

/** Ends the collection of ops and leads the round to its phase Seal. */
export async function compete(
  ledger: TestLedger,
  { client }: TestWorker,
  base: Hex,
  round: number,
): Promise<void> {
  const { chain, context } = client;
  const { account } = context.identity;
  await ledger.owner.closeCollect(base).submit(SETTLED);
  await ledger.settle();

  const { weights: initial } = await client.generationWeights(base);
  const weights = trainSoftmax(SHAPE, initial, samples(60, 50), { epochs: 5 });
  const salt = randomField();
  const nonce = toHex(crypto.getRandomValues(new Uint8Array(32)));
  const state = fieldHex(commitState(weights, salt));
  const commitment = commitmentHash(chain.genesisHash, account.address, {
    base,
    round,
    state,
    nonce,
  });
  await chain.prepare(account, 'zkpot', 'commitModel', { base, round, commitment }).submit(SETTLED);
  await reach(ledger, base, round, 'Prove');

  await (await postChallenge(context, base, round)).submit(SETTLED);
  const posted = required(await chain.query('zkpot', 'challenges', base, round), 'challenge');
  const binding = bind(context, { type: 'Round', base, round });
  const challenge = challengeSamples(posted);
  const statement = zkpotStatement(SHAPE, { binding }, { weights, salt, challenge });
  const [correct, r, z] = [statement.correct, fieldHex(statement.r), fieldHex(statement.z)];
  const proof = await proveHex(context, statement);
  await chain
    .prepare(account, 'zkpot', 'submitZkpot', { base, round, state, nonce, correct, r, z, proof })
    .submit(SETTLED);
  await reach(ledger, base, round, 'Seal');
}

/** The signed block of a round that is to be sealed; `content` in place of the right sum. */
export async function signedBlock(
  ledger: TestLedger,
  { client, key }: TestWorker,
  base: Hex,
  index: number,
  content?: Hex,
): Promise<SealArgs> {
  const { chain, context } = client;
  const { firstOp, lastOp } = await roundOf(client, base, index);
  const opCount = Number(lastOp - firstOp);
  const ops = await getOps(chain, base, firstOp, opCount);
  const pending = await chain.query('committee', 'pendingExclusions', base);
  const excluded = pending.filter((sequence) => sequence >= firstOp && sequence < lastOp);
  const included = includedOps(ops, excluded);
  const sum = await aggregateUpdates(
    context.store,
    included.map(({ op }) => op.contents.gradient),
    await updateShape(chain, base),
  );
  const commitments = included.map(({ op }) => fromHex(op.contents.gradientCommitment));
  const last = await chain.query('trainingLedger', 'lastBlock');
  const parent = await chain.query('trainingLedger', 'blockHashes', last);
  const block = {
    number: last + 1n,
    timestamp: BigInt(await ledger.now()),
    parent: parent ?? toHex(new Uint8Array(32)),
    base,
    round: index,
    merkleRoot: toHex(merkleRoot(ops.map(({ id }) => fromHex(id)))),
    firstOp,
    opCount,
    aggregate: {
      content: content ?? (await context.store.put(sum)),
      commitment: toHex(addCommitments(commitments)),
      contributors: included.length,
      excluded,
    },
    leader: context.identity.account.address,
  };
  const signature = mlDsaSign(key, fromHex(blockHash(chain.codec, block)), BLOCK_CONTEXT);
  const { timestamp, merkleRoot: root, aggregate } = block;
  return {
    base,
    round: index,
    timestamp,
    merkleRoot: root,
    aggregate,
    parent: block.parent,
    signature: toHex(signature),
  };
}

/** Leads a round to its sealed block, with another content if one is given. Result: the block's number. */
export async function sealRound(
  ledger: TestLedger,
  worker: TestWorker,
  base: Hex,
  round: number,
  content?: Hex,
): Promise<bigint> {
  if ((await roundOf(worker.client, base, round)).phase === 'Collect') {
    await compete(ledger, worker, base, round);
  }
  const args = await signedBlock(ledger, worker, base, round, content);
  return (await sealBlock(worker.client.context, args).submit(SETTLED)).result.number;
}

async function reach(
  ledger: TestLedger,
  base: Hex,
  round: number,
  phase: Round['phase'],
): Promise<void> {
  for (let blocks = 0; (await roundOf(ledger.owner, base, round)).phase !== phase; blocks++) {
    if (blocks > 50) throw new Error(`The round does not reach ${phase}.`);
    await ledger.pass(1);
  }
  await ledger.settle();
}
