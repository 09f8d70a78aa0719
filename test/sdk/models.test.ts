// SPDX-License-Identifier: Apache-2.0
// Base models, forks, access, histories and exports: what needs no training.
import { randomField } from '@training-ledger/protocol/statements';
import type { Hex, Rules } from '@training-ledger/runtime-types';
import {
  fieldHex,
  type LedgerClient,
  LOSSLESS_PACKING,
  type LocalModel,
  MemoryContentStore,
  toHex,
  writeTestSet,
} from '@training-ledger/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failing, newIdentity, SHAPE, TestLedger, UNKNOWN } from './ledger.ts';

let ledger: TestLedger;
let base: Hex;
let alice: LedgerClient;
let bob: LedgerClient;
let model: LocalModel;

beforeAll(async () => {
  ledger = await TestLedger.start(2);
  [alice, bob] = ledger.users as [LedgerClient, LedgerClient];
  base = await ledger.registerBase();
  model = await ledger.fork(alice, base);
});

afterAll(() => ledger?.stop());

const addressOf = (client: LedgerClient): string => client.context.identity.account.address;
const userIdOf = async (client: LedgerClient, id: Hex): Promise<Hex> =>
  (await client.chain.query('userModels', 'userModels', id))?.userId as Hex;

describe('a base model', () => {
  it('stands on the chain, its files in the store', async () => {
    const { chain, store } = ledger.owner.context;
    const record = await chain.query('userModels', 'baseModels', base);
    expect(record).toMatchObject({ owner: addressOf(ledger.owner), shape: SHAPE, generation: 0 });
    const test = await store.get(record?.testSet.content as Hex);
    expect(test).toEqual(writeTestSet(ledger.baseModel().testSet));
    const { weights } = await ledger.owner.generationWeights(base);
    expect(weights).toEqual(ledger.baseModel().weights);
  });

  it.each<[string, Partial<Rules>]>([
    ['RulesOpLimits', { minOps: 0 }],
    ['RulesOpLimits', { minOps: 9, maxOps: 8 }],
    ['RulesContributors', { minContributors: 1 }],
    ['RulesPacking', { packing: { ...LOSSLESS_PACKING, headroomBits: 3 } }],
    ['RulesShares', { leaderShare: 9_999, committeeShare: 1 }],
    ['RulesWeights', { baseWeight: 0, improvementWeight: 0 }],
  ])('is refused as %s with the rules %o', async (error, change) => {
    const args = ledger.baseModel();
    const call = await ledger.owner.registerBaseModel({
      ...args,
      rules: { ...args.rules, ...change },
    });
    await expect(call.dryRun()).rejects.toMatchObject(failing(`userModels.${error}`));
  });

  it('is refused without a test set, or of a shape that there is not', async () => {
    const empty = await ledger.owner.registerBaseModel(ledger.baseModel({ testSet: [] }));
    await expect(empty.dryRun()).rejects.toMatchObject(failing('userModels.TestSetEmpty'));
    const shape = { features: 3, classes: 1 };
    const small = await ledger.owner.registerBaseModel(
      ledger.baseModel({ shape, weights: new Int16Array(4) }),
    );
    await expect(small.dryRun()).rejects.toMatchObject(failing('userModels.ShapeNotSupported'));
    await expect(
      ledger.owner.registerBaseModel(ledger.baseModel({ weights: new Int16Array(4) })),
    ).rejects.toMatchObject(failing('MODEL_FILE_MALFORMED'));
  });

  it('that there is not has no weights', async () => {
    await expect(alice.generationWeights(UNKNOWN)).rejects.toMatchObject(failing('NOT_FOUND'));
    await expect(alice.generationWeights(base, 7)).rejects.toMatchObject(failing('NOT_FOUND'));
  });

  it('whose weights are not in the store is not opened', async () => {
    const { context } = ledger.owner;
    const store = new MemoryContentStore();
    const other = Object.assign(ledger.owner.as(context.identity), {
      context: { ...context, store },
    });
    await expect(other.generationWeights(base)).rejects.toMatchObject(failing('CONTENT_NOT_FOUND'));
  });
});

describe('a fork', () => {
  it("is its owner's, with the weights of the base model", async () => {
    expect(model).toMatchObject({ shape: SHAPE, salt: 0n });
    expect(await alice.chain.query('userModels', 'userModels', model.id)).toMatchObject({
      owner: addressOf(alice),
      parent: { type: 'Base', value: base },
      length: 0,
    });
    expect(await alice.openModel(model.id)).toEqual(model);
  });

  it('may be forked again by its owner, and opened', async () => {
    const source = { type: 'Model', value: model.id } as const;
    const call = await alice.forkModel(source, model);
    const { result } = await call.submit();
    expect(await alice.openModel(result.id)).toEqual(result);
    await expect(alice.forkModel(source)).rejects.toMatchObject(failing('NOT_FOUND'));
  });

  it('may be forked by those who have access only', async () => {
    const source = { type: 'Model', value: model.id } as const;
    const refused = await bob.forkModel(source, model);
    await expect(refused.dryRun()).rejects.toMatchObject(failing('userModels.NotPermittedToFork'));
    const grant = await alice.grantAccess(
      model.id,
      addressOf(bob),
      bob.context.identity.kem.publicKey,
    );
    await grant.submit();
    const { result } = await (await bob.forkModel(source, model)).submit();
    expect((await bob.chain.query('userModels', 'userModels', result.id))?.owner).toBe(
      addressOf(bob),
    );
    await (await alice.revokeAccess(model.id, addressOf(bob))).submit();
  });

  it('of nothing is refused', async () => {
    await expect(alice.forkModel({ type: 'Base', value: UNKNOWN })).rejects.toMatchObject(
      failing('NOT_FOUND'),
    );
    const call = await alice.forkModel({ type: 'Model', value: UNKNOWN }, model);
    await expect(call.dryRun()).rejects.toMatchObject(failing('userModels.ModelNotFound'));
  });

  it('by a user id of another account is refused', async () => {
    const { account } = bob.context.identity;
    const thief = bob.as({ ...alice.context.identity, account });
    const call = await thief.forkModel({ type: 'Base', value: base });
    await expect(call.dryRun()).rejects.toMatchObject(failing('userModels.UserIdTaken'));
  });

  it('of the same source is made once by a user: the proof would be the same', async () => {
    const call = await alice.forkModel({ type: 'Base', value: base });
    await expect(call.dryRun()).rejects.toMatchObject(failing('userModels.NullifierUsed'));
  });

  it('proven by another account is refused', async () => {
    const [carol, dave] = [ledger.stranger(), ledger.stranger()];
    const { extrinsic } = await dave.forkModel({ type: 'Base', value: base });
    const call = carol.chain.wrap(carol.context.identity.account, extrinsic);
    await expect(call.dryRun()).rejects.toMatchObject(failing('userModels.OwnershipProofRejected'));
  });
});

describe('access', () => {
  const grant = (reader: LedgerClient, by = alice) =>
    by.grantAccess(model.id, addressOf(reader), reader.context.identity.kem.publicKey);

  it('is given and taken once', async () => {
    const reader = ledger.stranger();
    const revoke = () => alice.revokeAccess(model.id, addressOf(reader));
    await expect((await revoke()).dryRun()).rejects.toMatchObject(failing('userModels.NotGranted'));
    const { events } = await (await grant(reader)).submit();
    expect(events).toMatchObject([{ pallet: 'userModels', name: 'AccessGranted' }]);
    await expect((await grant(reader)).dryRun()).rejects.toMatchObject(
      failing('userModels.AlreadyGranted'),
    );
    expect((await (await revoke()).submit()).events).toMatchObject([{ name: 'AccessRevoked' }]);
    await expect((await revoke()).dryRun()).rejects.toMatchObject(failing('userModels.NotGranted'));
  });

  it('is given by the owner only, and to a model that there is', async () => {
    await expect((await grant(bob, bob)).dryRun()).rejects.toMatchObject(
      failing('userModels.NotModelOwner'),
    );
    const call = await alice.revokeAccess(UNKNOWN, addressOf(bob));
    await expect(call.dryRun()).rejects.toMatchObject(failing('userModels.ModelNotFound'));
  });

  it('is given to accounts and ML-KEM keys only', async () => {
    const { kem } = bob.context.identity;
    await expect(alice.grantAccess(model.id, 'bob', kem.publicKey)).rejects.toMatchObject(
      failing('ARGUMENT_INVALID'),
    );
    await expect(
      alice.grantAccess(model.id, addressOf(bob), Uint8Array.of(1)),
    ).rejects.toMatchObject(failing('KEY_LENGTH'));
  });
});

describe('a history', () => {
  it('is for whoever proves to be the user, once a challenge', async () => {
    const user = await userIdOf(alice, model.id);
    const challenge = ledger.owner.issueChallenge();
    const proof = await alice.proveAuth(challenge);
    const history = await ledger.owner.getUserHistory(user, proof);
    expect(history.account).toBe(addressOf(alice));
    expect(history.models.map(({ id }) => id)).toContain(model.id);
    await expect(ledger.owner.getUserHistory(user, proof)).rejects.toMatchObject(
      failing('AUTH_PROOF_INVALID'),
    );
  });

  it.each(['challenge', 'account', 'secret', 'nullifier', 'proof', 'no hex', 'user'])(
    'is refused to another %s',
    async (part) => {
      const user = await userIdOf(alice, model.id);
      const { account } = alice.context.identity;
      const prover = part === 'secret' ? alice.as({ ...newIdentity(), account }) : alice;
      const proof = await prover.proveAuth(ledger.owner.issueChallenge());
      const changes: Record<string, Partial<typeof proof>> = {
        challenge: { challenge: toHex(crypto.getRandomValues(new Uint8Array(32))) },
        account: { account: addressOf(bob) },
        nullifier: { nullifier: UNKNOWN },
        proof: { proof: toHex(new Uint8Array(128).fill(255)) },
        'no hex': { proof: 'proof' as Hex },
      };
      const asked = part === 'user' ? fieldHex(randomField()) : user;
      await expect(
        ledger.owner.getUserHistory(asked, { ...proof, ...changes[part] }),
      ).rejects.toMatchObject(failing('AUTH_PROOF_INVALID'));
    },
  );

  it('is refused on a proof for another process', async () => {
    const elsewhere = ledger.owner.as(newIdentity());
    const proof = await alice.proveAuth(elsewhere.issueChallenge());
    await expect(
      ledger.owner.getUserHistory(await userIdOf(alice, model.id), proof),
    ).rejects.toMatchObject(failing('AUTH_PROOF_INVALID'));
  });
});

describe('an export', () => {
  it('is refused to others, and on proofs that do not hold', async () => {
    const proof = await alice.proveExport(model.id);
    const stolen = await bob.exportModel(model.id, proof);
    await expect(stolen.dryRun()).rejects.toMatchObject(failing('userModels.NotModelOwner'));
    const other = await alice.exportModel(model.id, {
      ...proof,
      nullifier: fieldHex(randomField()),
    });
    await expect(other.dryRun()).rejects.toMatchObject(
      failing('userModels.OwnershipProofRejected'),
    );
    const garbage = await alice.exportModel(model.id, {
      ...proof,
      proof: toHex(new Uint8Array(128).fill(255)),
    });
    await expect(garbage.dryRun()).rejects.toMatchObject(failing('userModels.ProofMalformed'));
    await expect(alice.exportModel(model.id, { ...proof, proof: '0x00' })).rejects.toMatchObject(
      failing('ARGUMENT_INVALID'),
    );
    await expect(alice.proveExport(UNKNOWN)).rejects.toMatchObject(failing('NOT_FOUND'));
  });

  it('is recorded on a proof of ownership, once a proof', async () => {
    const proof = await alice.proveExport(model.id);
    const { events } = await (await alice.exportModel(model.id, proof)).submit();
    expect(events).toMatchObject([{ pallet: 'userModels', name: 'ModelExported' }]);
    const again = await alice.exportModel(model.id, proof);
    await expect(again.dryRun()).rejects.toMatchObject(failing('userModels.NullifierUsed'));
  });
});

it('a generation that there is not yet cannot be adopted', async () => {
  const call = await alice.adoptGeneration(model.id);
  await expect(call.dryRun()).rejects.toMatchObject(failing('userModels.GenerationAlreadyAdopted'));
  await expect(alice.adoptGeneration(UNKNOWN)).rejects.toMatchObject(failing('NOT_FOUND'));
  await expect(alice.openModel(UNKNOWN)).rejects.toMatchObject(failing('NOT_FOUND'));
});
