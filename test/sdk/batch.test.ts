// SPDX-License-Identifier: Apache-2.0
// Many ops in one call.
import { type Prover, verifyingKeyBytes } from '@training-ledger/circuits';
import {
  type BatchOutcome,
  LedgerClient,
  type LocalModel,
  MAX_BATCH_OPS,
  type TrainingArgs,
  verifyBundle,
} from '@training-ledger/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failing, TestLedger } from './ledger.ts';

let ledger: TestLedger;
let alice: LedgerClient;
let models: [LocalModel, LocalModel];

beforeAll(async () => {
  ledger = await TestLedger.start(1);
  [alice] = ledger.users as [LedgerClient];
  const bases = [await ledger.registerBase(), await ledger.registerBase()] as const;
  await ledger.registerNode();
  models = [await ledger.fork(alice, bases[0]), await ledger.fork(alice, bases[1])];
});

afterAll(() => ledger?.stop());

/** Ops of a model, each on the weights of the one before. */
async function chain(model: LocalModel, count: number, seed: number): Promise<TrainingArgs[]> {
  const ops: TrainingArgs[] = [];
  for (let i = 0; i < count; i++) {
    const weights = ops.at(-1)?.newWeights ?? model.weights;
    ops.push(await ledger.training({ ...model, weights }, seed + i));
  }
  return ops;
}

const recorded = (outcome?: BatchOutcome): LocalModel => {
  if (outcome?.recorded !== true) throw new Error('The op was refused.');
  return outcome.model;
};

describe('a batch', () => {
  it('records ops of several models, and of one model after each other', async () => {
    const [a, b] = models;
    const [first, second, third] = (await chain(a, 3, 1)) as [
      TrainingArgs,
      TrainingArgs,
      TrainingArgs,
    ];
    const [other] = (await chain(b, 1, 4)) as [TrainingArgs];
    const call = await alice.recordTrainingBatch([first, other, second, third]);
    const { weight } = await call.estimate();
    const { result } = await call.submit();
    expect(result).toMatchObject([
      { recorded: true, index: 0, sequence: 0n },
      { recorded: true, index: 0, sequence: 0n },
      { recorded: true, index: 1, sequence: 1n },
      { recorded: true, index: 2, sequence: 2n },
    ]);
    models = [recorded(result[3]), recorded(result[1])];
    expect(await alice.openModel(a.id)).toEqual(models[0]);
    const ops = await alice.modelOps(a.id);
    expect(ops.map(({ id }) => id)).toEqual(
      [0, 2, 3].map((place) => (result[place] as { op?: string }).op),
    );
    // Charged for the worst case before, and for a batch more than for an op.
    const single = await (
      await alice.recordTraining(await ledger.training(models[1], 5))
    ).estimate();
    expect(weight.refTime).toBeGreaterThan(single.weight.refTime);
  });

  it('is exported with proofs that verify offline', async () => {
    const bundle = await alice.exportBundle(models[0]);
    const trust = { verifyingKey: verifyingKeyBytes };
    const verify = (changed = bundle) => verifyBundle(alice.chain.codec, changed, trust);
    expect(await verify()).toMatchObject({ ops: 3, proofs: 9 });
    // The second op's proofs are bound to the first one's contents, not to those of another chain.
    const ops = bundle.ops.toSpliced(0, 1);
    await expect(verify({ ...bundle, ops })).rejects.toMatchObject(failing('HASH_CHAIN_BROKEN'));
  });

  it('names the ops that are refused and records the others', async () => {
    const [a, b] = models;
    const [good] = (await chain(a, 1, 6)) as [TrainingArgs];
    const [replay, after] = (await chain(b, 2, 7)) as [TrainingArgs, TrainingArgs];
    const twice = { ...replay, interaction: good.interaction };
    const { result } = await (await alice.recordTrainingBatch([good, twice, after])).submit();
    expect(result).toMatchObject([
      { recorded: true, index: 3 },
      { recorded: false, place: 1, error: failing('trainingLedger.ReceiptAlreadyUsed') },
      { recorded: false, place: 2, error: failing('trainingLedger.IndexGap') },
    ]);
    models = [recorded(result[0]), b];
  });

  it('names a proof that does not hold', async () => {
    const [a, b] = models;
    const { prover } = ledger;
    const made: Awaited<ReturnType<Prover['prove']>>[] = [];
    // Hands out the first ownership proof for each later one.
    const confused: Prover = {
      backend: prover.backend,
      verify: (proved) => prover.verify(proved),
      close: () => prover.close(),
      async prove(statement, options) {
        const proved = await prover.prove(statement, options);
        if (statement.circuit !== 'ownership') return proved;
        made.push(proved);
        const { publicInputs } = proved;
        return { ...(made[0] as typeof proved), publicInputs };
      },
    };
    const client = await LedgerClient.connect({
      ...{ endpoint: ledger.endpoint, identity: alice.context.identity },
      ...{ store: alice.context.store, prover: confused },
    });
    try {
      const [one, two] = [await chain(a, 1, 9), await chain(b, 1, 10)].flat() as TrainingArgs[];
      const call = await client.recordTrainingBatch([one, two] as TrainingArgs[]);
      const { result } = await call.submit();
      const good = result.filter((outcome) => outcome.recorded);
      expect(good).toHaveLength(1);
      expect(result.find((outcome) => !outcome.recorded)).toMatchObject({
        error: failing('trainingLedger.OwnershipProofRejected'),
      });
    } finally {
      await client.disconnect();
    }
  });

  it('has 1 to 16 ops, each on the weights of the one before', async () => {
    const [, b] = models;
    const [op, next] = (await chain(b, 2, 11)) as [TrainingArgs, TrainingArgs];
    await expect(alice.recordTrainingBatch([])).rejects.toMatchObject(failing('ARGUMENT_INVALID'));
    const many = Array.from({ length: MAX_BATCH_OPS + 1 }, () => op);
    await expect(alice.recordTrainingBatch(many)).rejects.toMatchObject(
      failing('ARGUMENT_INVALID'),
    );
    const stale = { ...next, model: b };
    await expect(alice.recordTrainingBatch([op, stale])).rejects.toMatchObject(
      failing('STATE_MISMATCH'),
    );
    expect(alice.chain.api.consts['trainingLedger']?.['maxBatchOps']?.toPrimitive()).toBe(
      MAX_BATCH_OPS,
    );
  });
});
