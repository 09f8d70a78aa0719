// SPDX-License-Identifier: Apache-2.0
// Attempts to cheat. Each is a real submission; the job fails if one is not refused.

import { sudoAccount } from '@training-ledger/network';
import { randomField } from '@training-ledger/protocol/statements';
import type { TrainingProof } from '@training-ledger/runtime-types';
import { createTrainingRecord, fieldHex, required } from '@training-ledger/sdk';
import type { JobContext, User, UserOp } from './context.ts';
import { MainJobError } from './errors.ts';
import type { Report } from './report/report.ts';

type RefusedAttempt = Report['refused'][number];

/** Makes the attempts against the first op of a victim's model, which was paid. */
export async function makeAttempts(
  { progress }: Pick<JobContext, 'progress'>,
  { client: victim, model: { id: model }, ops }: User,
  { client: thief }: User,
): Promise<RefusedAttempt[]> {
  const { chain, context } = victim;
  const { id: op } = ops[0] as UserOp;
  const recorded = required(await chain.query('trainingLedger', 'ops', op), 'such op');
  const { length } = required(await chain.query('userModels', 'userModels', model), 'such model');
  const proofs = chain.codec.decode(
    'TrainingProof',
    await context.store.get(recorded.proofs),
  ) as TrainingProof;
  const { contents, claims } = recorded;
  const record = (index: number, changed: Partial<typeof claims> = {}): Promise<unknown> =>
    chain
      .prepare(context.identity.account, 'trainingLedger', 'recordTraining', {
        model,
        index,
        contents,
        claims: { ...claims, ...changed },
        proofs,
      })
      .submit();
  const { system, sudo } = chain.api.tx;
  const key = chain.api.query['trainingLedger']?.['ops']?.key(op);

  const refusal = async (attempt: string, run: () => Promise<unknown>): Promise<RefusedAttempt> => {
    const error = await refusalOf(attempt, run);
    progress.step('attempts', `refused: ${attempt} (${error})`);
    return { attempt, error };
  };

  return Promise.all([
    refusal('forged proof: a new receipt with the proofs of another op', () =>
      record(length, { interaction: fieldHex(randomField()), nullifier: fieldHex(randomField()) }),
    ),
    refusal('replayed op: the same receipt and proofs once more', () => record(length)),
    refusal('changed record: another op in the place of a recorded one', () =>
      record(recorded.index),
    ),
    refusal('changed record: root writes the storage of an op', () =>
      chain
        .wrap(
          sudoAccount(),
          required(
            sudo?.['sudo'],
            'sudo',
          )(required(system?.['setStorage'], 'storage call')([[key, '0x00']])),
        )
        .submit(),
    ),
    refusal("stolen claim: rewards of somebody else's op", () =>
      thief.claimTrainingRewards(model, [op]).submit(),
    ),
    refusal('double claim: an op that was paid', () =>
      victim.claimTrainingRewards(model, [op]).submit(),
    ),
    refusal('changed record: a field of a local training record', async () => {
      const local = createTrainingRecord({
        modelId: model,
        datasetHash: contents.input,
        trainingConfig: { epochs: 5 },
        contributorProofs: [],
        timestamp: Number(recorded.timestamp),
      });
      (local.trainingConfig as Record<string, unknown>)['epochs'] = 6;
    }),
  ]);
}

/** With what an attempt is refused. */
async function refusalOf(attempt: string, run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
  } catch (error) {
    const { name, code, pallet, details } = error as Error & {
      code?: string;
      pallet?: string;
      details?: string;
    };
    if (code === undefined) throw error;
    if (pallet !== undefined) return `${pallet}.${code}`;
    return `${name} ${code}${code === 'TRANSACTION_INVALID' ? `: ${details}` : ''}`;
  }
  throw new MainJobError('NOT_REFUSED', 'The ledger took what it should have refused.', {
    details: attempt,
  });
}
