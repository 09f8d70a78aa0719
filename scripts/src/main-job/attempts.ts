// SPDX-License-Identifier: Apache-2.0
// Attempts to cheat. Each is a real submission; the job fails if one is not refused.
import { randomField } from '@training-ledger/circuits/statements';
import { sudoAccount } from '@training-ledger/network';
import type { Hex, TrainingProof } from '@training-ledger/runtime-types';
import { createTrainingRecord, fieldHex, type LedgerClient, required } from '@training-ledger/sdk';

/** A refused attempt. */
export interface RefusedAttempt {
  readonly attempt: string;
  readonly error: string;
}

/** Makes the attempts against the first op of a victim's model. */
export async function makeAttempts(
  victim: LedgerClient,
  thief: LedgerClient,
  { model, op }: { model: Hex; op: Hex },
): Promise<RefusedAttempt[]> {
  const { chain, context } = victim;
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

async function refusal(attempt: string, run: () => Promise<unknown>): Promise<RefusedAttempt> {
  try {
    await run();
  } catch (error) {
    const { name, code, pallet, details } = error as Error & {
      code?: string;
      pallet?: string;
      details?: string;
    };
    if (code === undefined) throw error;
    return {
      attempt,
      error:
        pallet === undefined
          ? `${name} ${code}${code === 'TRANSACTION_INVALID' ? `: ${details}` : ''}`
          : `${pallet}.${code}`,
    };
  }
  throw new Error(`Not refused: ${attempt}`);
}
