// SPDX-License-Identifier: Apache-2.0
// Giving a model to another chain.

import { bindingOf, concatBytes, fromHex, requestHash, u32 } from '@training-ledger/protocol';
import { ownershipStatement } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import {
  type ClientContext,
  eventData,
  type Identity,
  proveHex,
  publicInput,
  required,
} from './context.ts';
import type { PreparedCall } from './prepared-call.ts';
import type { SentMessage } from './sync.ts';

/** Where a model goes. */
export interface HandOverArgs {
  /** Who is to own it there: another account with the same secret, or the same identity, which is the default. */
  readonly owner?: Identity;
  /** The base model of the target to which it is to belong, of the same shape. */
  readonly base: Hex;
  /** Hash of the target's block 0. */
  readonly genesis: Hex;
}

/**
 * Proves to the target that the new owner is the model's user, and prepares the offer. What the target lacks goes with it. The
 * model is locked here until the target answers; then it is the target's, or unlocked.
 *
 * The same local copy of the model goes on at the target.
 * @throws SdkError `NOT_FOUND` for no such model; `ARGUMENT_INVALID` if the secret is not the one behind the model's user id, or
 * the genesis hash not that of the chain that is accepted under this para id; ProverError.
 */
export async function handOver(
  context: ClientContext,
  model: Hex,
  target: number,
  { owner = context.identity, base, genesis }: HandOverArgs,
): Promise<PreparedCall<SentMessage>> {
  const { chain, identity } = context;
  const record = required(await chain.query('userModels', 'userModels', model), 'such model');
  const accepted = await chain.query('userModelSync', 'acceptedChains', target);
  if (accepted !== undefined && accepted !== genesis) {
    throw new SdkError('ARGUMENT_INVALID', `Para ${target} has another genesis hash.`, {
      details: `Accepted is ${accepted}.`,
    });
  }
  const argument = concatBytes(fromHex(base), fromHex(record.head), u32(record.length));
  const binding = bindingOf(genesis, owner.account.address, {
    type: 'Request',
    subject: model,
    request: requestHash('hand-over', argument),
  });
  const statement = ownershipStatement(binding, owner.secret);
  if (publicInput(statement, 1) !== record.userId) {
    throw new SdkError('ARGUMENT_INVALID', "The secret is not the one behind the model's user id.");
  }
  return chain.prepare(
    identity.account,
    'userModelSync',
    'handOver',
    {
      model,
      target,
      owner: owner.account.address,
      base,
      nullifier: publicInput(statement, 2),
      proof: await proveHex(context, statement),
    },
    (events) => {
      const { nonce, fee } = eventData(events, 'HandOverSent');
      return { nonce, fee };
    },
  );
}

/**
 * What the message of a hand-over would cost, in plancks, beside the call's own fee; undefined if the model cannot be handed
 * over now.
 */
export function handOverFee(
  { chain }: Pick<ClientContext, 'chain'>,
  model: Hex,
  target: number,
): Promise<bigint | undefined> {
  return chain.runtimeApi('userModelSyncApi', 'handOverFee', { model, target });
}
