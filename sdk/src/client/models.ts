// SPDX-License-Identifier: Apache-2.0
// Base models, forks, access, versions and exports.

import {
  concatBytes,
  encapsulate,
  fieldHex,
  fromHex,
  isEnvelope,
  openEnvelope,
  readModelFile,
  requestHash,
  testSetRoot,
  u32,
  utf8ToBytes,
  writeModelFile,
  writeTestSet,
} from '@training-ledger/protocol';
import {
  commitState,
  ownershipStatement,
  type Sample,
  type Shape,
} from '@training-ledger/protocol/statements';
import type { ForkSource, Hex, Rules } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import {
  bind,
  type ClientContext,
  eventData,
  type LocalModel,
  proveHex,
  publicInput,
  required,
} from './context.ts';
import type { PreparedCall } from './prepared-call.ts';

/** A base model to be registered. */
export interface BaseModelArgs {
  readonly shape: Shape;
  /** Public 16-bit weights of generation 0. */
  readonly weights: Int16Array;
  /** Text of the licence. */
  readonly licence: string;
  readonly testSet: readonly Sample[];
  readonly rules: Rules;
}

/** A proof of ownership for one request. */
export interface OwnershipProof {
  readonly nullifier: Hex;
  readonly proof: Hex;
}

/** Stores weights, test set and licence, and prepares the registration. Result: the base model's id. */
export async function registerBaseModel(
  { chain, identity, store }: ClientContext,
  { shape, weights, licence, testSet, rules }: BaseModelArgs,
): Promise<PreparedCall<Hex>> {
  const [content, licenceHash, testSetContent] = await Promise.all([
    store.put(writeModelFile(shape, weights)),
    store.put(utf8ToBytes(licence)),
    store.put(writeTestSet(testSet)),
  ]);
  return chain.prepare(
    identity.account,
    'userModels',
    'registerBaseModel',
    {
      shape,
      state: { content, commitment: fieldHex(commitState(weights, 0n)) },
      licence: licenceHash,
      testSet: { root: testSetRoot(testSet), size: testSet.length, content: testSetContent },
      rules,
    },
    (events) => eventData(events, 'BaseModelRegistered').base,
  );
}

/** Weights of a generation of a base model, the newest by default, checked against their commitment on chain. */
export async function generationWeights(
  { chain, store }: Pick<ClientContext, 'chain' | 'store'>,
  base: Hex,
  generation?: number,
): Promise<{ shape: Shape; weights: Int16Array; generation: number }> {
  const model = required(await chain.query('userModels', 'baseModels', base), 'such base model');
  const index = generation ?? model.generation;
  const record = required(
    await chain.query('userModels', 'generations', base, index),
    'such generation',
  );
  const { shape, weights } = readModelFile(await store.get(record.state.content));
  checkState(weights, 0n, record.state.commitment);
  return { shape, weights, generation: index };
}

/** Proves ownership for a fork and prepares it. Result: the new model as its owner holds it. */
export async function forkModel(
  context: ClientContext,
  source: ForkSource,
  parent?: LocalModel,
): Promise<PreparedCall<LocalModel>> {
  const { chain, identity } = context;
  const origin =
    source.type === 'Base'
      ? { ...(await generationWeights(context, source.value)), salt: 0n }
      : required(parent, 'local copy of the forked model');
  const { nullifier, proof, userId } = await proveRequest(context, source.value, 'fork', (id) =>
    fromHex(id),
  );
  return chain.prepare(
    identity.account,
    'userModels',
    'forkModel',
    { source, userId, nullifier, proof },
    (events) => ({
      id: eventData(events, 'ModelForked').model,
      shape: origin.shape,
      weights: origin.weights,
      salt: origin.salt,
    }),
  );
}

/**
 * Gives a reader access to what the model records from now on.
 * @throws SdkError `KEY_LENGTH` or `KEY_INVALID` for what is no ML-KEM-768 public key, `ARGUMENT_INVALID` for what is no account.
 */
export async function grantAccess(
  { chain, identity, store }: ClientContext,
  model: Hex,
  reader: string,
  kemPublicKey: Uint8Array,
): Promise<PreparedCall<void>> {
  // A key that nothing can be wrapped to would keep the owner from recording.
  encapsulate(kemPublicKey);
  const kemKey = await store.put(kemPublicKey);
  return chain.prepare(identity.account, 'userModels', 'grantAccess', { model, reader, kemKey });
}

/** Takes a reader's access to what the model records from now on. */
export async function revokeAccess(
  { chain, identity }: ClientContext,
  model: Hex,
  reader: string,
): Promise<PreparedCall<void>> {
  return chain.prepare(identity.account, 'userModels', 'revokeAccess', { model, reader });
}

/** Makes the base model's newest generation the model's state. Result: the model with its new weights. */
export async function adoptGeneration(
  context: ClientContext,
  model: Hex,
): Promise<PreparedCall<LocalModel>> {
  const { chain, identity } = context;
  const record = required(await chain.query('userModels', 'userModels', model), 'such model');
  const { shape, weights } = await generationWeights(context, record.base);
  return chain.prepare(identity.account, 'userModels', 'adoptGeneration', { model }, () => ({
    id: model,
    shape,
    weights,
    salt: 0n,
  }));
}

/** Proves ownership of a model for its export as it is now. */
export async function proveExport(context: ClientContext, model: Hex): Promise<OwnershipProof> {
  const record = required(
    await context.chain.query('userModels', 'userModels', model),
    'such model',
  );
  return proveRequest(context, model, 'export', () =>
    concatBytes(fromHex(record.head), u32(record.length)),
  );
}

/** Records a proven export. The bundle itself is made by `exportBundle`. */
export async function exportModel(
  { chain, identity }: ClientContext,
  model: Hex,
  { nullifier, proof }: OwnershipProof,
): Promise<PreparedCall<void>> {
  return chain.prepare(identity.account, 'userModels', 'exportModel', { model, nullifier, proof });
}

/**
 * Opens the newest state of a model from the content store: weights and salt. For its owner, and for whoever had access
 * when the state was recorded. The state may be a public generation.
 * @throws SdkError `NOT_FOUND`; `CONTENT_NOT_FOUND`; `ENVELOPE_NOT_FOR_KEY` and the other errors of envelopes;
 * `STATE_MISMATCH` if the content is not what the chain has a commitment to.
 */
export async function openModel(
  { chain, store, identity }: ClientContext,
  id: Hex,
): Promise<LocalModel> {
  const { state } = required(await chain.query('userModels', 'userModels', id), 'such model');
  const content = await store.get(state.content);
  const { bytes, salt } = isEnvelope(content)
    ? splitState(openEnvelope(content, identity.kem))
    : { bytes: content, salt: 0n };
  const { shape, weights } = readModelFile(bytes);
  checkState(weights, salt, state.commitment);
  return { id, shape, weights, salt };
}

/** What is sealed of a private state: 32 bytes of salt, then the model file. */
export function joinState(salt: bigint, file: Uint8Array): Uint8Array {
  return concatBytes(fromHex(fieldHex(salt)), file);
}

function splitState(bytes: Uint8Array): { bytes: Uint8Array; salt: bigint } {
  const salt = bytes.subarray(0, 32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return { bytes: bytes.subarray(32), salt };
}

/** @throws SdkError `STATE_MISMATCH`. */
export function checkState(weights: Int16Array, salt: bigint, commitment: Hex): void {
  if (fieldHex(commitState(weights, salt)) !== commitment) {
    throw new SdkError(
      'STATE_MISMATCH',
      'The weights are not those that the chain has a commitment to.',
      {
        hint: 'Open the model again with openModel.',
      },
    );
  }
}

/** An ownership proof for a request about `subject`. */
export async function proveRequest(
  context: ClientContext,
  subject: Hex,
  name: 'fork' | 'export' | 'history',
  argument: (userId: Hex) => Uint8Array,
): Promise<OwnershipProof & { userId: Hex }> {
  const { secret } = context.identity;
  const userIdHex = publicInput(ownershipStatement(0n, secret), 1);
  const request = requestHash(name, argument(userIdHex));
  const statement = ownershipStatement(
    bind(context, { type: 'Request', subject, request }),
    secret,
  );
  return {
    userId: userIdHex,
    nullifier: publicInput(statement, 2),
    proof: await proveHex(context, statement),
  };
}
