// SPDX-License-Identifier: Apache-2.0
// Recording training operations and contributions.

import {
  type BindingContext,
  contentsHash,
  sealEnvelope,
  sha256,
  toHex,
  writeModelFile,
} from '@training-ledger/protocol';
import {
  contributionStatement,
  digestToField,
  improvementOf,
  improvementStatement,
  interactionStatement,
  ownershipStatement,
  type Receipt,
  randomField,
  type Sample,
  type Statement,
  updateBetween,
} from '@training-ledger/protocol/statements';
import type { Hex, OpClaims, OpContents, TrainingProof } from '@training-ledger/runtime-types';
import {
  bind,
  type ClientContext,
  eventData,
  type LocalModel,
  proveHex,
  publicInput,
  required,
} from './context.ts';
import { checkState, joinState } from './models.ts';
import type { PreparedCall } from './prepared-call.ts';

/** A sealed update. */
export interface SealedUpdate {
  /** The file for the content store. */
  readonly file: Uint8Array;
  /** Pedersen commitment to it, 32 bytes. */
  readonly commitment: Uint8Array;
}

/** Seals updates under a federation's key. The worker package has one. */
export interface UpdateEncryptor {
  /** Seals an update: one signed 17-bit integer a weight. */
  encrypt(update: Int32Array): Promise<SealedUpdate>;
}

/** One interaction with a served model. */
export interface Interaction {
  readonly input: Uint8Array;
  readonly output: Uint8Array;
  /** A rating of -128 to 127, and what the user said. */
  readonly feedback?: { readonly rating: number; readonly text?: Uint8Array };
  readonly nonce: bigint;
  /** The inference node's signature over the interaction's commitment. */
  readonly receipt: Receipt;
}

/** A training operation to be recorded. */
export interface TrainingArgs {
  readonly model: LocalModel;
  readonly newWeights: Int16Array;
  readonly interaction: Interaction;
  /** Validation batch of the improvement proof, as large as the circuit of the shape takes. */
  readonly batch: readonly Sample[];
  /** Samples of improvement to prove; as many as there are by default. */
  readonly delta?: number;
  readonly encryptor: UpdateEncryptor;
  readonly priorUpdate?: Uint8Array;
  /** An earlier op of the model that this one corrects. */
  readonly corrects?: Hex;
}

/** What recording gives. */
export interface RecordedTraining {
  readonly op: Hex;
  readonly index: number;
  readonly sequence: bigint;
  /** The model after the op. */
  readonly model: LocalModel;
}

/** How long before its signature a receipt's window begins, so that the exact time stays private. */
const WINDOW = 60_000;

/** Digest of an interaction's input or output as a scalar. */
export const payloadDigest = (bytes: Uint8Array): bigint => digestToField(sha256(bytes));

/** An op with its statements, before they are proven. */
export interface StatedOp {
  readonly index: number;
  readonly contents: OpContents;
  readonly claims: OpClaims;
  /** What the proofs are bound to. */
  readonly binding: BindingContext;
  /** Of interaction, improvement and ownership. */
  readonly statements: readonly [Statement, Statement, Statement];
  /** The model after the op. */
  readonly model: LocalModel;
}

/**
 * Seals and stores the payloads of an op, encrypts the update and makes the three statements. `bound` tells index and
 * binding, given the hash of the op's contents.
 * @throws StatementError if a statement does not hold.
 */
export async function stateOp(
  context: ClientContext,
  { model, newWeights, interaction, batch, delta, encryptor, priorUpdate, corrects }: TrainingArgs,
  bound: (contents: Hex) => BindingContext & { readonly index: number },
): Promise<StatedOp> {
  const { chain, identity, store } = context;
  const { input, output, feedback, nonce, receipt } = interaction;
  const newSalt = randomField();
  const readers = [identity.kem.publicKey, ...(await readerKeys(context, model.id))];
  const seal = (payload: Uint8Array): Promise<Hex> => store.put(sealEnvelope(payload, readers));

  const update = await encryptor.encrypt(updateBetween(model.weights, newWeights));
  const contents: OpContents = {
    input: await seal(input),
    output: await seal(output),
    ...(feedback?.text === undefined ? {} : { feedback: await seal(feedback.text) }),
    gradient: await store.put(update.file),
    gradientCommitment: toHex(update.commitment),
    ...(priorUpdate === undefined ? {} : { priorUpdate: await seal(priorUpdate) }),
    state: await seal(joinState(newSalt, writeModelFile(model.shape, newWeights))),
    ...(corrects === undefined ? {} : { corrects }),
  };
  const bindingContext = bound(contentsHash(chain.codec, contents));
  const binding = bind(context, bindingContext);

  const [notBefore, notAfter] = [receipt.time - WINDOW, receipt.time];
  const interacted = interactionStatement(
    { binding, notBefore, notAfter },
    {
      input: payloadDigest(input),
      output: payloadDigest(output),
      feedback: feedback?.rating ?? 0,
      nonce,
      receipt,
    },
  );
  const weights = { oldWeights: model.weights, newWeights, batch };
  const proven = delta ?? Math.max(0, improvementOf(model.shape, weights));
  const improved = improvementStatement(
    model.shape,
    { binding, delta: proven },
    {
      ...weights,
      oldSalt: model.salt,
      newSalt,
      updateSalt: randomField(),
      batchSalt: randomField(),
    },
  );
  const owned = ownershipStatement(binding, identity.secret);
  const claims: OpClaims = {
    interaction: publicInput(interacted, 1),
    nodeKey: publicInput(interacted, 2),
    notBefore: BigInt(notBefore),
    notAfter: BigInt(notAfter),
    update: publicInput(improved, 2),
    state: publicInput(improved, 3),
    batch: publicInput(improved, 4),
    delta: proven,
    nullifier: publicInput(owned, 2),
  };
  return {
    index: bindingContext.index,
    contents,
    claims,
    binding: bindingContext,
    statements: [interacted, improved, owned],
    model: { ...model, weights: newWeights, salt: newSalt },
  };
}

/**
 * Makes the three proofs of an op and stores them.
 * @throws ProverError.
 */
export async function proveOp(
  context: ClientContext,
  { statements }: StatedOp,
): Promise<TrainingProof> {
  const [interaction, improvement, ownership] = (await Promise.all(
    statements.map((statement) => proveHex(context, statement)),
  )) as [Hex, Hex, Hex];
  const proofs: TrainingProof = { interaction, improvement, ownership };
  // The chain keeps the hash of these bytes: auditors and exports find the proofs by it.
  await context.store.put(context.chain.codec.encode('TrainingProof', proofs));
  return proofs;
}

/**
 * Seals and stores the payloads, encrypts the update, makes the three proofs and prepares the call.
 * @throws StatementError if a statement does not hold; SdkError `STATE_MISMATCH` or `NOT_FOUND`.
 */
export async function recordTraining(
  context: ClientContext,
  args: TrainingArgs,
): Promise<PreparedCall<RecordedTraining>> {
  const { chain, identity } = context;
  const { id, weights, salt } = args.model;
  const record = required(await chain.query('userModels', 'userModels', id), 'such model');
  checkState(weights, salt, record.state.commitment);
  const stated = await stateOp(context, args, (contents) => ({
    type: 'Op',
    model: id,
    index: record.length,
    prevHash: record.head,
    contents,
  }));
  const proofs = await proveOp(context, stated);
  const { index, contents, claims, model } = stated;
  return chain.prepare(
    identity.account,
    'trainingLedger',
    'recordTraining',
    { model: id, index, contents, claims, proofs },
    (events) => {
      const { op, sequence } = eventData(events, 'TrainingRecorded');
      return { op, index, sequence, model };
    },
  );
}

/** Proves and prepares a contribution to an own model: data, labels, reviews. Result: its index. */
export async function recordContribution(
  context: ClientContext,
  model: Hex,
  { type, data }: { type: number; data: Uint8Array },
): Promise<PreparedCall<number>> {
  const { chain, identity } = context;
  const statement = contributionStatement(bind(context, { type: 'Contribution', model }), type, {
    dataDigest: payloadDigest(data),
    salt: randomField(),
    secret: identity.secret,
  });
  return chain.prepare(
    identity.account,
    'trainingLedger',
    'recordContribution',
    {
      model,
      contributionType: type,
      data: publicInput(statement, 1),
      contributorId: publicInput(statement, 2),
      proof: await proveHex(context, statement),
    },
    (events) => eventData(events, 'ContributionRecorded').index,
  );
}

/** Public keys of those who have access to a model now. */
async function readerKeys({ chain, store }: ClientContext, model: Hex): Promise<Uint8Array[]> {
  const grants = await chain.entries('userModels', 'grants', model);
  return Promise.all(grants.map(([, { kemKey }]) => store.get(kemKey)));
}
