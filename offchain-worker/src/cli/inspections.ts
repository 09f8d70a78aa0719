// SPDX-License-Identifier: Apache-2.0
// What the commands that look at a federation do.
import { createVectorCommitter } from '@training-ledger/circuits';
import type { Committee, Hex, TrainingBlock } from '@training-ledger/runtime-types';
import {
  blockOps,
  FileContentStore,
  getBlock,
  getCommittee,
  LedgerChain,
  required,
  verifyAggregate,
  verifySealedBlock,
} from '@training-ledger/sdk';
import { WorkerError } from '../errors.ts';
import { verifyGeneration } from '../federation/verify-generation.ts';
import { print } from './output.ts';

interface InspectOptions {
  readonly endpoint: string;
  readonly json?: boolean;
}

/** `verify-generation` */
export async function verifyRound(
  round: string,
  { endpoint, base, store, json }: InspectOptions & { base: Hex; store: string },
): Promise<void> {
  if (!/^\d{1,9}$/.test(round)) {
    throw new WorkerError('BLOCK_NOT_FOUND', 'A round is a number from 0 on.');
  }
  const chain = await LedgerChain.connect(endpoint);
  const committer = createVectorCommitter();
  try {
    const reader = { chain, store: new FileContentStore(store) };
    const verified = await verifyGeneration(reader, base, Number(round), committer);
    const { generation, block, contributors, wrong } = verified;
    const wrongParts = wrong.length === 0 ? 'none' : wrong.join(', ');
    print(
      { generation, block, contributors, weights: 'the mean of the updates', wrongParts },
      json,
    );
  } finally {
    await committer.close();
    await chain.disconnect();
  }
}

/** `status` */
export async function status({
  endpoint,
  base,
  json,
}: InspectOptions & { base: Hex }): Promise<void> {
  const chain = await LedgerChain.connect(endpoint);
  try {
    const model = required(await chain.query('userModels', 'baseModels', base), 'such base model');
    const index = await chain.query('zkpot', 'currentRound', base);
    const round =
      index === undefined ? undefined : await chain.query('zkpot', 'rounds', base, index);
    const workers = await chain.query('zkpot', 'workerCount', base);
    const committee = await getCommittee(chain, base);
    const recorded = await chain.query('trainingLedger', 'nextSequence', base);
    const pending = recorded - (await chain.query('trainingLedger', 'nextPending', base));
    print(
      {
        generation: model.generation,
        workers,
        committee: describe(committee),
        recordedOps: recorded,
        pendingOps: pending,
        round: index ?? 'none',
        phase: round?.phase ?? 'none',
        deadline: round?.deadline ?? 'none',
        leader: round?.leader ?? 'none',
        outcome: round?.outcome ?? 'none',
      },
      json,
    );
  } finally {
    await chain.disconnect();
  }
}

function describe(committee: Committee | undefined): string {
  if (committee === undefined) return 'none';
  const { members, threshold, status } = committee;
  return `${status.type}, ${threshold} of ${members.length}`;
}

/** `verify-block` */
export async function verifyBlock(
  number: string,
  { endpoint, store, json }: InspectOptions & { store?: string },
): Promise<void> {
  if (!/^[1-9]\d{0,18}$/.test(number)) {
    throw new WorkerError('BLOCK_NOT_FOUND', 'A block number is a positive integer.');
  }
  const chain = await LedgerChain.connect(endpoint);
  try {
    const sealed = await getBlock(chain, BigInt(number));
    const { block } = sealed;
    const hash = verifySealedBlock(chain.codec, sealed);
    await blockOps(chain, block);
    const aggregate =
      store === undefined ? 'not checked' : await checkAggregate(chain, store, sealed.block);
    print(
      {
        block: block.number,
        hash,
        ops: block.opCount,
        leader: block.leader,
        signature: 'valid',
        merkleRoot: 'valid',
        aggregate,
      },
      json,
    );
  } finally {
    await chain.disconnect();
  }
}

/** The sum against the ops' commitments, and every update against its own. */
async function checkAggregate(
  chain: LedgerChain,
  folder: string,
  { base, round }: TrainingBlock,
): Promise<string> {
  const committer = createVectorCommitter();
  try {
    const reader = { chain, store: new FileContentStore(folder) };
    const { unsound = [] } = await verifyAggregate(reader, base, round, {
      committer,
      updates: true,
    });
    return unsound.length === 0 ? 'valid' : `valid, but unsound updates: ${unsound.join(', ')}`;
  } finally {
    await committer.close();
  }
}
