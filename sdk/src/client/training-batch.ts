// SPDX-License-Identifier: Apache-2.0
// Recording many training operations in one call, whose proofs the chain verifies together.

import { type BindingContext, contextHash } from '@training-ledger/protocol';
import type { Hex, LedgerEvent, TrainingEntry } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import { type ClientContext, required } from './context.ts';
import { checkState } from './models.ts';
import { plainFailure } from './outcomes.ts';
import type { PreparedCall } from './prepared-call.ts';
import {
  proveOp,
  type RecordedTraining,
  type StatedOp,
  stateOp,
  type TrainingArgs,
} from './training.ts';

/** Most ops of one batch, as the chain has it. */
export const MAX_BATCH_OPS = 16;

/** What became of one op of a batch. */
export type BatchOutcome =
  | ({ readonly recorded: true } & RecordedTraining)
  | {
      readonly recorded: false;
      /** Place of the op in the batch, from 0. */
      readonly place: number;
      /** Why the ledger refused it, a `PalletError` as a rule. */
      readonly error: Error;
    };

/** A model as the ops of a batch before leave it. */
interface Chain {
  readonly index: number;
  readonly head: Hex;
  readonly last?: StatedOp;
}

/**
 * Seals, encrypts and proves ops of own models and prepares recording them in one call. Of several ops of one model each has
 * the weights of the one before it as those of its `model`.
 * @throws StatementError if a statement does not hold; SdkError `ARGUMENT_INVALID` for no or too many ops, `STATE_MISMATCH`
 * or `NOT_FOUND`; ProverError.
 */
export async function recordTrainingBatch(
  context: ClientContext,
  batch: readonly TrainingArgs[],
): Promise<PreparedCall<readonly BatchOutcome[]>> {
  const { chain, identity } = context;
  if (batch.length === 0 || batch.length > MAX_BATCH_OPS) {
    throw new SdkError('ARGUMENT_INVALID', `A batch has 1 to ${MAX_BATCH_OPS} ops.`);
  }
  const chains = new Map<Hex, Chain>();
  const stated: StatedOp[] = [];
  for (const args of batch) {
    const { id } = args.model;
    const before = chains.get(id) ?? (await start(context, args));
    const op = await stateOp(context, following(args, before.last), (contents) =>
      bindingAfter(before, id, contents),
    );
    chains.set(id, { ...before, index: before.index + 1, last: op });
    stated.push(op);
  }
  const ops: TrainingEntry[] = await Promise.all(
    stated.map(async (op) => {
      const { index, contents, claims, model } = op;
      return { model: model.id, index, contents, claims, proofs: await proveOp(context, op) };
    }),
  );
  return chain.prepare(
    identity.account,
    'trainingLedger',
    'recordTrainingBatch',
    { ops },
    (events) => outcomes(context, stated, events),
  );
}

async function start({ chain }: ClientContext, { model }: TrainingArgs): Promise<Chain> {
  const record = required(await chain.query('userModels', 'userModels', model.id), 'such model');
  checkState(model.weights, model.salt, record.state.commitment);
  return { index: record.length, head: record.head };
}

/** The arguments, with the salt that the op before made. */
function following(args: TrainingArgs, last?: StatedOp): TrainingArgs {
  if (last === undefined) return args;
  const { weights, salt } = last.model;
  const given = args.model.weights;
  if (given.length !== weights.length || given.some((weight, i) => weight !== weights[i])) {
    throw new SdkError(
      'STATE_MISMATCH',
      'The weights are not those of the op before it in the batch.',
    );
  }
  return { ...args, model: { ...args.model, salt } };
}

function bindingAfter(
  { index, head, last }: Chain,
  model: Hex,
  contents: Hex,
): BindingContext & { readonly index: number } {
  return last === undefined
    ? { type: 'Op', model, index, prevHash: head, contents }
    : { type: 'Following', model, index, previous: contextHash(last.binding), contents };
}

/** The chain names the refused ops; the others are recorded in order. */
function outcomes(
  { chain }: ClientContext,
  stated: readonly StatedOp[],
  events: readonly LedgerEvent[],
): BatchOutcome[] {
  const refused = new Map<number, Error>();
  const recorded: { readonly op: Hex; readonly sequence: bigint }[] = [];
  for (const event of events) {
    if (event.name === 'OpRefused')
      refused.set(event.data.index, plainFailure(chain.api, event.data.error));
    if (event.name === 'TrainingRecorded') recorded.push(event.data);
  }
  return stated.map(({ index, model }, place) => {
    const error = refused.get(place);
    if (error !== undefined) return { recorded: false, place, error };
    const { op, sequence } = required(recorded.shift(), 'event of an op of the batch');
    return { recorded: true, op, index, sequence, model };
  });
}
