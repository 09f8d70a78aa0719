// SPDX-License-Identifier: Apache-2.0
// The rewards of all ops, claimed by their users.
import { FINAL, type JobContext, type User } from './context.ts';

/** Every user claims the rewards of its ops. */
export async function claimRewards(
  { progress }: JobContext,
  users: readonly User[],
): Promise<void> {
  const claim = async ({ name, client, model, ops }: User): Promise<void> => {
    const ids = ops.map(({ id }) => id);
    const { events } = await client.claimTrainingRewards(model.id, ids).submit(FINAL);
    for (const { name: event, data } of events) {
      if (event !== 'RewardClaimed') continue;
      const paid = ops.find(({ id }) => id === data.op);
      if (paid !== undefined) paid.reward = data.amount;
    }
    progress.step('rewards', `${name} claimed the rewards of ${ops.length} ops`);
  };
  await Promise.all(users.map(claim));
}
