// SPDX-License-Identifier: Apache-2.0
// Rewards of rounds.
import type { Hex } from '@training-ledger/runtime-types';
import { type ClientContext, required } from './context.ts';
import type { PreparedCall } from './prepared-call.ts';

/** Prepares the claim for sealed ops of an own model. Result: plancks paid in all. */
export function claimTrainingRewards(
  { chain, identity }: ClientContext,
  model: Hex,
  ops: readonly Hex[],
): PreparedCall<bigint> {
  return chain.prepare(
    identity.account,
    'rewards',
    'claimTrainingRewards',
    { model, ops },
    (events) =>
      events.reduce(
        (sum, event) => (event.name === 'RewardClaimed' ? sum + event.data.amount : sum),
        0n,
      ),
  );
}

/** Prepares paying into the pool of a round. `amount` in plancks. */
export function fundRound(
  { chain, identity }: ClientContext,
  base: Hex,
  round: number,
  amount: bigint,
): PreparedCall<void> {
  return chain.prepare(identity.account, 'rewards', 'fundRound', { base, round, amount });
}

/**
 * Whether an op is sealed and was not paid for yet.
 * @throws SdkError `NOT_FOUND`.
 */
export async function isClaimable(
  { chain }: Pick<ClientContext, 'chain'>,
  op: Hex,
): Promise<boolean> {
  required(await chain.query('trainingLedger', 'ops', op), 'such op');
  const sealed = await chain.query('trainingLedger', 'opBlock', op);
  const claimed = await chain.query('rewards', 'claimedOps', op);
  return sealed !== undefined && claimed === undefined;
}
