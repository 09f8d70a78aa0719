// SPDX-License-Identifier: Apache-2.0
// What owners and workers of a federation do in its rounds.
import type { KeyringPair } from '@polkadot/keyring/types';
import { decodeAddress } from '@polkadot/util-crypto';
import {
  type MlDsaKeyPair,
  mlDsaSign,
  openChallenge,
  readTestSet,
  toHex,
  WORKER_CONTEXT,
} from '@training-ledger/protocol';
import {
  CIRCUITS,
  type CircuitId,
  circuitName,
  SHAPES,
} from '@training-ledger/protocol/statements';
import type { AggregatedUpdate, Circuit, Hex, Shape } from '@training-ledger/runtime-types';
import { type ClientContext, eventData, required } from './context.ts';
import type { PreparedCall, SubmitOptions } from './prepared-call.ts';

const NO_SHAPE: Shape = { features: 0, classes: 0 };

/** Where a circuit's key is registered: its name on chain, its shape and number of challenge samples. */
export function keyPlace(id: CircuitId): { circuit: Circuit; shape: Shape; samples: number } {
  const name = circuitName(id);
  const circuit = (name[0]?.toUpperCase() + name.slice(1)) as Circuit;
  const found = SHAPES.find(({ features, classes }) => id.endsWith(`-${features}x${classes}`));
  return {
    circuit,
    shape: found === undefined ? NO_SHAPE : { features: found.features, classes: found.classes },
    samples: name === 'zkpot' ? (found?.challenge ?? 0) : 0,
  };
}

/**
 * Registers every circuit's verifying key for all federations, as the chain's sudo. Keys that are registered stay.
 * @throws PalletError of zkpot for a malformed key; SdkError of submissions; what `key` throws.
 */
export async function registerVerifyingKeys(
  { chain }: Pick<ClientContext, 'chain'>,
  sudo: KeyringPair,
  key: (circuit: CircuitId) => Promise<Uint8Array>,
  options?: SubmitOptions,
): Promise<void> {
  const calls = [];
  for (const id of CIRCUITS) {
    const { circuit, shape, samples } = keyPlace(id);
    const registered = await chain.api.query['zkpot']?.['verifyingKeys']?.(null, circuit, shape);
    if (registered !== undefined && !registered.isEmpty) continue;
    const call = chain.extrinsic('zkpot', 'registerVerifyingKey', {
      circuit,
      shape,
      samples,
      key: toHex(await key(id)),
    });
    calls.push(call);
  }
  const { sudo: sudoCalls, utility } = chain.api.tx;
  if (
    calls.length === 0 ||
    sudoCalls?.['sudo'] === undefined ||
    utility?.['batchAll'] === undefined
  )
    return;
  await chain.wrap(sudo, sudoCalls['sudo'](utility['batchAll'](calls))).submit(options);
}

/**
 * Prepares joining a federation as a worker with an ML-DSA-65 key, which signs the account.
 * @throws SdkError `KEY_LENGTH`.
 */
export function joinFederation(
  { chain, identity }: ClientContext,
  base: Hex,
  key: MlDsaKeyPair,
): PreparedCall<void> {
  const message = decodeAddress(identity.account.address);
  return chain.prepare(identity.account, 'zkpot', 'joinFederation', {
    base,
    key: toHex(key.publicKey),
    signature: toHex(mlDsaSign(key, message, WORKER_CONTEXT)),
  });
}

/** Prepares opening the federation's next round. Result: its index. */
export function openRound({ chain, identity }: ClientContext, base: Hex): PreparedCall<number> {
  return chain.prepare(
    identity.account,
    'zkpot',
    'openRound',
    { base },
    (events) => eventData(events, 'RoundOpened').round,
  );
}

/**
 * Prepares putting the samples that a round's seed drew on the chain.
 * @throws SdkError `NOT_FOUND`, `CONTENT_NOT_FOUND`, or `ARGUMENT_INVALID` if the stored test set is not of the shape.
 */
export async function postChallenge(
  { chain, identity, store }: ClientContext,
  base: Hex,
  round: number,
): Promise<PreparedCall<void>> {
  const model = required(await chain.query('userModels', 'baseModels', base), 'such base model');
  const indices = await chain.runtimeApi('trainingLedgerApi', 'challengeIndices', { base, round });
  const testSet = readTestSet(model.shape, await store.get(model.testSet.content));
  return chain.prepare(identity.account, 'zkpot', 'postChallenge', {
    base,
    round,
    ...openChallenge(testSet, indices),
  });
}

/** A block that is ready to be sealed. */
export interface SealArgs {
  readonly base: Hex;
  readonly round: number;
  readonly timestamp: bigint;
  readonly merkleRoot: Hex;
  readonly aggregate: AggregatedUpdate;
  readonly parent: Hex;
  readonly signature: Hex;
}

/** Prepares sealing a round's block. Result: number and hash. */
export function sealBlock(
  { chain, identity }: ClientContext,
  args: SealArgs,
): PreparedCall<{ number: bigint; hash: Hex }> {
  return chain.prepare(identity.account, 'trainingLedger', 'sealBlock', args, (events) => {
    const { number, hash } = eventData(events, 'BlockSealed');
    return { number, hash };
  });
}
