// SPDX-License-Identifier: Apache-2.0
// Checking an aggregate from chain data and the content store alone: no key, and nobody's word.
import type { Vector, VectorCommitter } from '@training-ledger/circuits';
import { fromHex, toHex, verifySealedBlock } from '@training-ledger/protocol';
import { addCommitments, parameterCount } from '@training-ledger/protocol/statements';
import type { Hex, TrainingOp } from '@training-ledger/runtime-types';
import {
  commitmentScalars,
  parseSum,
  type UpdateShape,
  updateVector,
} from '../aggregation/index.ts';
import { SdkError } from '../errors.ts';
import { blockOps, type IdentifiedOp } from './block-ops.ts';
import { getBlock } from './blocks.ts';
import type { LedgerChain } from './chain.ts';
import { type ClientContext, required } from './context.ts';

/** How an aggregate is checked. */
export interface VerifyAggregateOptions {
  /** Opens commitments: `createVectorCommitter()`. */
  readonly committer: VectorCommitter;
  /** Checks every contributor's stored update against its commitment as well. */
  readonly updates?: boolean;
}

/** An aggregate that was checked. */
export interface VerifiedAggregate {
  readonly block: bigint;
  /** Content hash of the sum. */
  readonly content: Hex;
  /** The commitment that it opens: the sum of the contributors'. */
  readonly commitment: Hex;
  readonly contributors: number;
  /** Sequence numbers of ops that the committee's quorum excluded. */
  readonly excluded: readonly bigint[];
  /** Sequence numbers of included ops whose stored update does not open its commitment; undefined where not checked. */
  readonly unsound?: readonly bigint[];
}

/**
 * Checks that the sum sealed by a round is that of its ops: the leader's signature, the Merkle root, the sum of the ops'
 * commitments, and that the stored sum opens it.
 * @throws SdkError `NOT_FOUND`, `CONTENT_NOT_FOUND`, `LEDGER_INCONSISTENT`, `BLOCK_SIGNATURE_INVALID`, `SUM_MALFORMED` or
 * `AGGREGATE_MISMATCH`.
 */
export async function verifyAggregate(
  { chain, store }: Pick<ClientContext, 'chain' | 'store'>,
  base: Hex,
  round: number,
  { committer, updates = false }: VerifyAggregateOptions,
): Promise<VerifiedAggregate> {
  const number = required(
    await chain.query('trainingLedger', 'roundBlock', base, round),
    'block of this round',
  );
  const sealed = await getBlock(chain, number);
  verifySealedBlock(chain.codec, sealed);
  const { aggregate } = sealed.block;
  const shape = await updateShape(chain, base);
  const included = includedOps(await blockOps(chain, sealed.block), aggregate.excluded);
  const commitments = included.map(({ op }) => fromHex(op.contents.gradientCommitment));
  const mismatch = (details: string): SdkError =>
    new SdkError('AGGREGATE_MISMATCH', 'The sealed aggregate is not the sum of its updates.', {
      details,
      hint: 'Do not open it: the leader sealed something else.',
    });
  if (included.length !== aggregate.contributors) throw mismatch('It counts other contributors.');
  if (toHex(addCommitments(commitments)) !== aggregate.commitment) {
    throw mismatch("Its commitment is not the sum of its ops'.");
  }
  const sum = parseSum(await store.get(aggregate.content), shape);
  if (sum.contributors !== included.length) throw mismatch('The sum counts other contributors.');
  if (toHex(await committer.commit(commitmentScalars(sum))) !== aggregate.commitment) {
    throw mismatch('The stored sum does not open the commitment.');
  }
  const unsound = updates ? await unsoundUpdates({ store, committer }, included, shape) : undefined;
  return {
    block: number,
    content: aggregate.content,
    commitment: aggregate.commitment,
    contributors: included.length,
    excluded: aggregate.excluded,
    ...(unsound === undefined ? {} : { unsound }),
  };
}

/** Size and packing of a federation's updates. */
export async function updateShape(chain: LedgerChain, base: Hex): Promise<UpdateShape> {
  const { shape, rules } = required(
    await chain.query('userModels', 'baseModels', base),
    'such base model',
  );
  const { valuesPerCoefficient } = rules.packing;
  return { parameters: parameterCount(shape), valuesPerCoefficient };
}

/** The ops that an aggregate is the sum of: those of the block without the excluded ones. */
export function includedOps(
  ops: readonly IdentifiedOp[],
  excluded: readonly bigint[],
): IdentifiedOp[] {
  const left = new Set(excluded);
  return ops.filter(({ op }) => !left.has(op.sequence));
}

/** What an op says of its update. */
export interface CommittedUpdate {
  readonly op: Pick<TrainingOp, 'sequence'> & {
    readonly contents: Pick<TrainingOp['contents'], 'gradient' | 'gradientCommitment'>;
  };
}

/**
 * Sequence numbers of the ops whose stored update is missing, malformed, or does not open its commitment, found by one random
 * combination of all and bisection. A few updates are in memory at a time.
 */
export async function unsoundUpdates(
  { store, committer }: { store: ClientContext['store']; committer: VectorCommitter },
  ops: readonly CommittedUpdate[],
  shape: UpdateShape,
): Promise<bigint[]> {
  const openings = ops.map(({ op }) => ({ commitment: fromHex(op.contents.gradientCommitment) }));
  const read = async (index: number): Promise<Vector | undefined> => {
    try {
      const file = await store.get((ops[index] as CommittedUpdate).op.contents.gradient);
      return updateVector(file, shape);
    } catch (error) {
      if (error instanceof SdkError && UNSOUND.has(error.code)) return undefined;
      throw error;
    }
  };
  const wrong = await committer.checkOpenings(openings, read);
  return wrong.map((index) => (ops[index] as CommittedUpdate).op.sequence);
}

/** What is wrong with the update itself, and not with how it was asked for. */
const UNSOUND: ReadonlySet<string> = new Set([
  'CONTENT_NOT_FOUND',
  'CONTENT_HASH_MISMATCH',
  'CONTENT_TOO_LARGE',
  'UPDATE_MALFORMED',
]);
