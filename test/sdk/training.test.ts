// SPDX-License-Identifier: Apache-2.0
// Ops from recording to the sealed block, the reward and the export.
import { verifyingKeyBytes } from '@training-ledger/circuits';
import { openGeneration } from '@training-ledger/offchain-worker';
import type { Hex, TrainingOp } from '@training-ledger/runtime-types';
import {
  type ExportBundle,
  fieldHex,
  type HistoryEntry,
  type InclusionProof,
  type LedgerClient,
  type LocalModel,
  openEnvelope,
  opId,
  type RecordedTraining,
  type RoundUpdate,
  readBundle,
  rewrapEnvelope,
  type SealedBlock,
  sealBlock,
  toHex,
  verifyBundle,
  verifyInclusion,
  verifySealedBlock,
  writeBundle,
} from '@training-ledger/sdk';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestCommittee } from '../committee.ts';
import { failing, samples, TestLedger, UNIT, UNKNOWN } from './ledger.ts';
import { compete, join, roundOf, sealRound, signedBlock, type TestWorker } from './round.ts';

let ledger: TestLedger;
let base: Hex;
let alice: LedgerClient;
let bob: LedgerClient;
let worker: TestWorker;
let committee: TestCommittee;
let model: LocalModel;
let carol: LedgerClient;
let bobsModel: LocalModel;
let carolsModel: LocalModel;
let first: RecordedTraining;

const ended = new AbortController();
const seenBlocks: SealedBlock[] = [];
const seenRounds: RoundUpdate[] = [];
const watching: Promise<void>[] = [];

async function collect<T>(updates: AsyncIterable<T>, into: T[]): Promise<void> {
  for await (const update of updates) into.push(update);
}

beforeAll(async () => {
  ledger = await TestLedger.start(4);
  const [a, b, w, c] = ledger.users as [LedgerClient, LedgerClient, LedgerClient, LedgerClient];
  carol = c;
  [alice, bob] = [a, b];
  base = await ledger.registerBase({ minImprovement: 1 });
  committee = await ledger.formCommittee(base);
  const { signal } = ended;
  watching.push(
    collect(ledger.owner.subscribeBlocks({ signal }), seenBlocks),
    collect(ledger.owner.subscribeRounds(base, { signal }), seenRounds),
  );
  [model, bobsModel, carolsModel, worker] = await Promise.all([
    ledger.fork(alice, base),
    ledger.fork(bob, base),
    ledger.fork(carol, base),
    join(w, base),
    ledger.registerNode(),
  ]);
});

afterAll(async () => {
  ended.abort();
  await Promise.all(watching);
  await ledger?.stop();
});

/** A round takes ops of two users at least. */
async function recordOfAnother(seed: number): Promise<void> {
  const call = await carol.recordTraining(await ledger.training(carolsModel, seed));
  carolsModel = (await call.submit()).result.model;
}

describe('recording an op', () => {
  it('seals its payloads for the owner and those who have access', async () => {
    const { account, kem } = bob.context.identity;
    await (await alice.grantAccess(model.id, account.address, kem.publicKey)).submit();
    const args = await ledger.training(model, 1);
    const call = await alice.recordTraining(args);
    first = (await call.submit()).result;
    expect(first).toMatchObject({ index: 0, sequence: 0n });
    expect(first.model.weights).toEqual(args.newWeights);

    const { store, chain } = alice.context;
    const op = (await chain.query('trainingLedger', 'ops', first.op)) as TrainingOp;
    expect(opId(chain.codec, op)).toBe(first.op);
    const sealed = await store.get(op.contents.input);
    for (const { context } of [alice, bob]) {
      expect(openEnvelope(sealed, context.identity.kem)).toEqual(args.interaction.input);
    }
    expect(() => openEnvelope(sealed, ledger.owner.context.identity.kem)).toThrow(
      expect.objectContaining({ code: 'ENVELOPE_NOT_FOR_KEY' }),
    );
    expect(await alice.openModel(model.id)).toEqual(first.model);
    expect(await bob.openModel(model.id)).toEqual(first.model);
  });

  it('no longer seals for those whose access was taken', async () => {
    await (await alice.revokeAccess(model.id, bob.context.identity.account.address)).submit();
    const call = await alice.recordTraining(await ledger.training(first.model, 2));
    const { result } = await call.submit();
    expect(result).toMatchObject({ index: 1, sequence: 1n });
    await expect(bob.openModel(model.id)).rejects.toMatchObject(failing('ENVELOPE_NOT_FOR_KEY'));
    const ops = await alice.modelOps(model.id);
    expect(ops.map(({ id }) => id)).toEqual([first.op, result.op]);
    model = result.model;
    // What was recorded before may be given to a reader by the owner.
    const { store } = alice.context;
    const { kem } = alice.context.identity;
    const before = await store.get((ops[1] as { op: TrainingOp }).op.contents.state);
    const readers = [kem.publicKey, bob.context.identity.kem.publicKey];
    const given = rewrapEnvelope(before, kem, readers);
    expect(openEnvelope(given, bob.context.identity.kem)).toEqual(openEnvelope(before, kem));
  });

  it('needs the newest weights, an improvement, and a receipt', async () => {
    const args = await ledger.training(model, 3);
    const old = { ...args, model: first.model };
    await expect(alice.recordTraining(old)).rejects.toMatchObject(failing('STATE_MISMATCH'));
    const unknown = { ...args, model: { ...model, id: UNKNOWN } };
    await expect(alice.recordTraining(unknown)).rejects.toMatchObject(failing('NOT_FOUND'));
    const much = { ...args, delta: 5 };
    await expect(alice.recordTraining(much)).rejects.toMatchObject(
      failing('IMPROVEMENT_TOO_SMALL'),
    );
    const other = await ledger.interaction();
    const forged = { ...args, interaction: { ...args.interaction, receipt: other.receipt } };
    await expect(alice.recordTraining(forged)).rejects.toMatchObject(failing('RECEIPT_INVALID'));
    const few = { ...args, batch: samples(3, 1) };
    await expect(alice.recordTraining(few)).rejects.toMatchObject(failing('SAMPLE_COUNT'));
  });

  it('is refused where anything is not as the chain has it', async () => {
    const { chain, context } = alice;
    const [{ op }] = (await alice.modelOps(model.id)) as [HistoryEntry, HistoryEntry];
    const { contents, claims } = op;
    const proofs = chain.codec.decode('TrainingProof', await context.store.get(op.proofs)) as never;
    const good = { model: model.id, index: 2, contents, claims, proofs };
    const fresh = { ...claims, interaction: fieldHex(1n), nullifier: fieldHex(2n) };
    const now = BigInt(await ledger.now());
    const day = 86_400_000n;
    const refused: readonly (readonly [string, Partial<typeof good>])[] = [
      ['ImmutableRecord', { index: 0 }],
      ['IndexGap', { index: 3 }],
      ['ReceiptAlreadyUsed', {}],
      ['NullifierUsed', { claims: { ...fresh, nullifier: claims.nullifier } }],
      ['ReceiptWindowInvalid', { claims: { ...fresh, notBefore: fresh.notAfter + 1n } }],
      ['ReceiptInFuture', { claims: { ...fresh, notAfter: now + 1n } }],
      ['ReceiptTooOld', { claims: { ...fresh, notBefore: now - day - 1n } }],
      ['NodeNotRegistered', { claims: { ...fresh, nodeKey: fieldHex(3n) } }],
      ['ImprovementTooSmall', { claims: { ...fresh, delta: 0 } }],
      ['CorrectedOpNotFound', { claims: fresh, contents: { ...contents, corrects: UNKNOWN } }],
      ['InteractionProofRejected', { claims: fresh }],
    ];
    for (const [error, changes] of refused) {
      const call = chain.prepare(context.identity.account, 'trainingLedger', 'recordTraining', {
        ...good,
        ...changes,
      });
      await expect(call.dryRun(), error).rejects.toMatchObject(failing(`trainingLedger.${error}`));
    }
    const thief = chain.prepare(
      bob.context.identity.account,
      'trainingLedger',
      'recordTraining',
      good,
    );
    await expect(thief.dryRun()).rejects.toMatchObject(failing('userModels.NotModelOwner'));
  });

  it('of a contribution gives its index', async () => {
    const contribution = { type: 2, data: Uint8Array.of(1, 2, 3) };
    const call = await alice.recordContribution(model.id, contribution);
    expect((await call.submit()).result).toBe(0);
    await expect(
      alice.recordContribution(model.id, { ...contribution, type: 256 }),
    ).rejects.toMatchObject(failing('CONTRIBUTION_TYPE_RANGE'));
    const foreign = await bob.recordContribution(model.id, contribution);
    await expect(foreign.dryRun()).rejects.toMatchObject(failing('userModels.NotModelOwner'));
  });
});

describe('a round', () => {
  let round: number;
  let ops: Hex[];

  it('takes the ops and ends in a sealed block', async () => {
    round = (await ledger.owner.openRound(base).submit()).result;
    await expect(ledger.owner.openRound(base).dryRun()).rejects.toMatchObject(
      failing('zkpot.RoundInProgress'),
    );
    await expect(alice.openRound(base).dryRun()).rejects.toMatchObject(
      failing('zkpot.NotBaseModelOwner'),
    );
    await ledger.owner.fundRound(base, round, 100n * UNIT).submit();
    ops = (await alice.modelOps(model.id)).map(({ id }) => id);
    await recordOfAnother(21);
    await compete(ledger, worker, base, round);

    const args = await signedBlock(ledger, worker, base, round);
    const seal = (changes: Partial<typeof args>, by = worker.client) =>
      sealBlock(by.context, { ...args, ...changes }).dryRun();
    await expect(seal({}, bob)).rejects.toMatchObject(failing('trainingLedger.NotLeader'));
    await expect(seal({ parent: UNKNOWN })).rejects.toMatchObject(
      failing('trainingLedger.StaleParent'),
    );
    await expect(seal({ merkleRoot: UNKNOWN })).rejects.toMatchObject(
      failing('trainingLedger.MerkleRootMismatch'),
    );
    await expect(seal({ timestamp: args.timestamp + 86_400_000n })).rejects.toMatchObject(
      failing('trainingLedger.BlockTimestampInvalid'),
    );
    await expect(seal({ aggregate: { ...args.aggregate, contributors: 1 } })).rejects.toMatchObject(
      failing('trainingLedger.AggregateMismatch'),
    );
    const forged = `0x00${args.signature.slice(4)}` as Hex;
    await expect(seal({ signature: forged })).rejects.toMatchObject(
      failing('trainingLedger.BlockSignatureInvalid'),
    );
    expect(await alice.getInclusionProof(ops[0] as Hex)).toBeUndefined();
    expect(await alice.isClaimable(ops[0] as Hex)).toBe(false);
    await expect(alice.claimTrainingRewards(model.id, ops).dryRun()).rejects.toMatchObject(
      failing('rewards.OpNotSealed'),
    );
    const { result } = await sealBlock(worker.client.context, args).submit();
    expect(result.number).toBe(1n);
    await expect(seal({})).rejects.toMatchObject(failing('trainingLedger.ImmutableRecord'));
  });

  it('has a block that verifies without the node, and its ops in it', async () => {
    const { codec } = alice.chain;
    const trusted = [toHex(worker.key.publicKey)];
    const sealed = await alice.getBlock(1n);
    verifySealedBlock(codec, sealed, trusted);
    for (const { id, op } of await alice.modelOps(model.id)) {
      const proof = (await alice.getInclusionProof(id)) as InclusionProof;
      verifyInclusion(codec, op, proof, trusted);
    }
    await expect(alice.getBlock(2n)).rejects.toMatchObject(failing('NOT_FOUND'));
  });

  it('pays for each op once, and its owner only', async () => {
    const claim = (by: LedgerClient, ids: readonly Hex[], of = model.id) =>
      by.claimTrainingRewards(of, ids);
    const refused: readonly (readonly [string, ReturnType<typeof claim>])[] = [
      ['rewards.NoOps', claim(alice, [])],
      ['rewards.DuplicateOp', claim(alice, [first.op, first.op])],
      ['rewards.OpNotFound', claim(alice, [UNKNOWN])],
      ['rewards.OpNotOfModel', claim(bob, [first.op], bobsModel.id)],
      ['userModels.NotModelOwner', claim(bob, [first.op])],
    ];
    for (const [error, call] of refused) {
      await expect(call.dryRun(), error).rejects.toMatchObject(failing(error));
    }
    expect(await alice.isClaimable(first.op)).toBe(true);
    const { result, events } = await claim(alice, ops).submit();
    expect(result).toBeGreaterThan(0n);
    expect(events.filter(({ name }) => name === 'RewardClaimed')).toHaveLength(ops.length);
    expect(await alice.isClaimable(first.op)).toBe(false);
    await expect(claim(alice, [first.op]).dryRun()).rejects.toMatchObject(
      failing('rewards.AlreadyClaimed'),
    );
    await expect(alice.isClaimable(UNKNOWN)).rejects.toMatchObject(failing('NOT_FOUND'));
  });
});

describe('an export', () => {
  let bundle: ExportBundle;
  const verify = (changed: ExportBundle = bundle, sealingKeys = [toHex(worker.key.publicKey)]) =>
    verifyBundle(alice.chain.codec, changed, {
      verifyingKey: verifyingKeyBytes,
      genesis: alice.chain.genesisHash,
      sealingKeys,
    });

  it('holds everything, and verifies from its file alone', async () => {
    // An op that is not sealed yet, too.
    const call = await alice.recordTraining(await ledger.training(model, 5));
    model = (await call.submit()).result.model;
    bundle = readBundle(writeBundle(await alice.exportBundle(model)));
    expect(await verify()).toMatchObject({
      ops: 3,
      sealedOps: 2,
      proofs: 9,
      weights: model.weights,
    });
    const record = await alice.chain.query('userModels', 'userModels', model.id);
    expect((await verify()).head).toBe(record?.head);
    await expect(verify(bundle, [])).rejects.toMatchObject(failing('BLOCK_SIGNATURE_INVALID'));
  });

  it.each<[string, string, (bundle: ExportBundle) => Partial<ExportBundle>]>([
    ['EXPORT_INVALID', 'the chain', () => ({ genesis: UNKNOWN })],
    ['EXPORT_INVALID', 'the model', () => ({ model: UNKNOWN })],
    ['EXPORT_INVALID', 'the base model', () => ({ base: UNKNOWN })],
    ['EXPORT_INVALID', 'the owner', () => ({ owner: bob.context.identity.account.address })],
    ['EXPORT_INVALID', 'the user', () => ({ userId: fieldHex(5n) })],
    ['EXPORT_INVALID', 'the salt', () => ({ salt: fieldHex(5n) })],
    ['EXPORT_MALFORMED', 'the weights', ({ weights }) => ({ weights: `${weights}00` })],
    ['EXPORT_INVALID', 'the last op', ({ ops }) => ({ ops: ops.slice(0, -1) })],
    ['HASH_CHAIN_BROKEN', 'the first op', ({ ops }) => ({ ops: ops.slice(1) })],
    ['EXPORT_INVALID', 'a version', ({ versions }) => ({ versions: versions.toSpliced(1, 1) })],
    ['EXPORT_INVALID', 'the fork', ({ versions }) => ({ versions: versions.slice(1) })],
    ['EXPORT_MALFORMED', 'the ops', () => ({ ops: [null as never] })],
  ])('is refused as %s with another %s, or none', async (code, _, change) => {
    await expect(verify({ ...bundle, ...change(bundle) })).rejects.toMatchObject(failing(code));
  });

  const withOp = (
    at: number,
    change: (entry: ExportBundle['ops'][number]) => Partial<ExportBundle['ops'][number]>,
  ): ExportBundle => {
    const entry = bundle.ops[at] as ExportBundle['ops'][number];
    return { ...bundle, ops: bundle.ops.with(at, { ...entry, ...change(entry) }) };
  };

  it.each<[string, string, () => ExportBundle]>([
    ['EXPORT_INVALID', 'id', () => withOp(2, () => ({ id: UNKNOWN }))],
    ['EXPORT_INVALID', 'weight', () => withOp(2, ({ op }) => ({ op: { ...op, weight: 99n } }))],
    ['HASH_CHAIN_BROKEN', 'time', () => withOp(0, ({ op }) => ({ op: { ...op, timestamp: 1n } }))],
    ['EXPORT_INVALID', 'proof', () => withOp(1, () => ({ proofs: bundle.ops[0]?.proofs as Hex }))],
    ['EXPORT_MALFORMED', 'hash', () => withOp(0, ({ op }) => ({ op: { ...op, proofs: '0x' } }))],
    [
      'INCLUSION_INVALID',
      'leaf',
      () =>
        withOp(1, ({ inclusion }) => ({
          inclusion: { ...(inclusion as InclusionProof), leaf: 0 },
        })),
    ],
    [
      'BLOCK_SIGNATURE_INVALID',
      'seal',
      () =>
        withOp(1, ({ inclusion }) => ({
          inclusion: { ...(inclusion as InclusionProof), signature: '0x' },
        })),
    ],
  ])('is refused as %s when an op has another %s', async (code, _, changed) => {
    await expect(verify(changed())).rejects.toMatchObject(failing(code));
  });
});

it('a generation is recorded, adopted, and opened by anybody', async () => {
  await committee.approve(0);
  await committee.decrypt(0);
  const call = await openGeneration(ledger.owner, ledger.committer, base, 0);
  expect((await call.submit()).result.generation).toBe(1);
  const { result } = await (await bob.adoptGeneration(bobsModel.id)).submit();
  expect(result.weights).toEqual((await alice.generationWeights(base)).weights);
  expect(await bob.openModel(bobsModel.id)).toEqual(result);
  expect((await alice.generationWeights(base, 0)).generation).toBe(0);
  const bundle = await bob.exportBundle(result);
  expect(bundle.versions.map(({ source }) => source.type)).toEqual(['Fork', 'Generation']);
  const trust = { verifyingKey: verifyingKeyBytes };
  const verified = await verifyBundle(bob.chain.codec, bundle, trust);
  expect(verified).toMatchObject({ ops: 0, weights: result.weights });
});

describe('subscriptions', () => {
  it('show every block once, whether it was sealed before or after', async () => {
    await recordOfAnother(22);
    await ledger.owner.openRound(base).submit();
    await sealRound(ledger, worker, base, 1);
    await expect.poll(() => seenBlocks.length, { timeout: 10_000 }).toBe(2);
    const late: SealedBlock[] = [];
    for await (const sealed of alice.subscribeBlocks({ from: 1n })) {
      if (late.push(sealed) === 2) break;
    }
    expect(seenBlocks.map(({ block }) => block.number)).toEqual([1n, 2n]);
    expect(late).toEqual(seenBlocks);
  });

  it('show final blocks only, if asked to', async () => {
    const genesis = alice.chain.genesisHash;
    expect((await alice.chain.finalized()).number).toBeGreaterThan(0);
    // As on a network whose validators are behind.
    const finalized = vi.spyOn(alice.chain, 'finalized');
    finalized.mockResolvedValue({ hash: genesis, number: 0 });
    const stop = new AbortController();
    const seen: SealedBlock[] = [];
    const options = { finalized: true, signal: stop.signal };
    const watched = collect(alice.subscribeBlocks(options), seen);
    await expect.poll(() => finalized.mock.calls.length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(seen).toEqual([]);
    finalized.mockRestore();
    await ledger.pass(1);
    await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(2);
    expect(seen).toEqual(seenBlocks);
    const rounds = alice.subscribeRounds(base, { finalized: true });
    expect((await rounds.next()).value?.round).toEqual(await roundOf(alice, base, 1));
    await rounds.return(undefined);
    stop.abort();
    await watched;
    const last = await alice.chain.queryAt(genesis, 'trainingLedger', 'lastBlock');
    expect(last).toBe(0n);
  });

  it('show a round whenever it changes', async () => {
    const final = await roundOf(alice, base, 1);
    await expect.poll(() => seenRounds.at(-1)?.round, { timeout: 10_000 }).toEqual(final);
    const phases = seenRounds.map(({ index, round }) => `${index} ${round.phase}`);
    for (const [i, phase] of phases.entries()) {
      // A round that took commitments or proofs shows up again in its phase, but no state comes twice.
      expect(seenRounds[i]).not.toEqual(seenRounds[i + 1]);
      expect(phase.endsWith('Closed') && phases.indexOf(phase) !== i).toBe(false);
    }
    expect(new Set(phases)).toEqual(
      new Set(
        [0, 1]
          .flatMap((index) =>
            ['Collect', 'Commit', 'Prove', 'Seal', 'Decrypt'].map((phase) => `${index} ${phase}`),
          )
          .concat('0 Closed'),
      ),
    );
  });

  it('end when they are aborted', async () => {
    const stop = new AbortController();
    const updates = alice.subscribeBlocks({ from: 3n, signal: stop.signal });
    const next = updates.next();
    stop.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    const { value } = await alice.subscribeBlocks({ signal: AbortSignal.abort() }).next();
    expect(value).toBeUndefined();
  });
});
