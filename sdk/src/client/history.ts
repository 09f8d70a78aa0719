// SPDX-License-Identifier: Apache-2.0
// A user's history, for whoever proves to be that user.
import type { Prover } from '@training-ledger/circuits';
import {
  bindingOf,
  fieldHex,
  fromHex,
  hexField,
  opId,
  requestHash,
  toHex,
  verifyHashChain,
} from '@training-ledger/protocol';
import { userId } from '@training-ledger/protocol/statements';
import type { AccountId, Hex, TrainingOp } from '@training-ledger/runtime-types';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import { SdkError } from '../errors.ts';
import type { ClientContext } from './context.ts';
import { type OwnershipProof, proveRequest } from './models.ts';
import { opsFromElsewhere } from './user-history.ts';

/** Shows that whoever asks knows the secret behind a user id. */
export interface AuthProof extends OwnershipProof {
  readonly account: AccountId;
  /** What the asked side made up for this request. */
  readonly challenge: Hex;
}

/** An op with its id. */
export interface HistoryEntry {
  readonly id: Hex;
  readonly op: TrainingOp;
}

/** A user's models with their ops in order. */
export interface UserHistory {
  readonly account: AccountId;
  readonly models: readonly { readonly id: Hex; readonly ops: readonly HistoryEntry[] }[];
}

/** Codes of errors about a proof that is none; any other is the prover's trouble. */
const UNPROVEN = new Set(['PROOF_ENCODING', 'FIELD_ENCODING', 'ARGUMENT_INVALID']);
const LIFETIME = 5 * 60_000;
const MAX_OPEN = 1_024;

/** Challenges that were made and not yet used. */
export class Challenges {
  readonly #open = new Map<Hex, number>();

  /** A new challenge; works once and for five minutes. */
  issue(): Hex {
    const now = Date.now();
    for (const [challenge, expiry] of this.#open) {
      if (expiry < now || this.#open.size >= MAX_OPEN) this.#open.delete(challenge);
    }
    const challenge = toHex(crypto.getRandomValues(new Uint8Array(32)));
    this.#open.set(challenge, now + LIFETIME);
    return challenge;
  }

  /** Whether the challenge was open; it no longer is. */
  take(challenge: Hex): boolean {
    const expiry = this.#open.get(challenge);
    this.#open.delete(challenge);
    return expiry !== undefined && expiry >= Date.now();
  }
}

/** Proves to be the user, for one challenge. */
export async function proveAuth(context: ClientContext, challenge: Hex): Promise<AuthProof> {
  const { identity } = context;
  const user = fieldHex(userId(identity.secret));
  const proof = await proveRequest(context, user, 'history', () => fromHex(challenge));
  return { ...proof, account: identity.account.address, challenge };
}

/**
 * The models and ops of a user, after checking that whoever asks is that user. Hash chains are checked as they are read.
 * @throws SdkError `AUTH_PROOF_INVALID` or `HASH_CHAIN_BROKEN`.
 */
export async function getUserHistory(
  { chain, prover }: ClientContext,
  challenges: Challenges,
  user: Hex,
  { account, challenge, nullifier, proof }: AuthProof,
): Promise<UserHistory> {
  const refuse = (details: string): never => {
    throw new SdkError('AUTH_PROOF_INVALID', 'Whoever asks is not proven to be the user.', {
      details,
    });
  };
  if (!challenges.take(challenge))
    refuse('The challenge was not made here, was used or has expired.');
  if ((await chain.query('userModels', 'users', user)) !== account)
    refuse("The account is not the user's.");
  const request = requestHash('history', fromHex(challenge));
  const binding = bindingOf(chain.genesisHash, account, {
    type: 'Request',
    subject: user,
    request,
  });
  const statement = (): Parameters<Prover['verify']>[0] => ({
    circuit: 'ownership',
    publicInputs: [binding, hexField(user), hexField(nullifier)],
    proof: fromHex(proof),
  });
  // Scalars and points may be anything: they come from whoever asks.
  const valid = await Promise.resolve()
    .then(() => prover.verify(statement()))
    .catch((error) => {
      if (error instanceof LedgerError && UNPROVEN.has(error.code)) return false;
      throw error;
    });
  if (!valid) refuse('The ownership proof does not hold.');
  const owned = await chain.entries('userModels', 'ownedModels', account);
  const models = await Promise.all(
    owned.map(async ([id]) => ({ id: id as Hex, ops: await modelOps({ chain }, id as Hex) })),
  );
  return { account, models };
}

/**
 * All ops of a model in order, checked to be a hash chain; also those that other chains recorded before it came here.
 * @throws SdkError `HASH_CHAIN_BROKEN`.
 */
export async function modelOps(
  { chain }: Pick<ClientContext, 'chain'>,
  model: Hex,
): Promise<HistoryEntry[]> {
  const record = await chain.query('userModels', 'userModels', model);
  const entries: HistoryEntry[] = [];
  let elsewhere: Awaited<ReturnType<typeof opsFromElsewhere>> | undefined;
  for (let index = 0; record !== undefined && index < record.length; index++) {
    let id = await chain.query('trainingLedger', 'modelOps', model, index);
    let op = id === undefined ? undefined : await chain.query('trainingLedger', 'ops', id);
    if (id === undefined) {
      elsewhere ??= await opsFromElsewhere(chain, record.userId, model);
      ({ id, op } = elsewhere.get(index) ?? { id, op });
    }
    if (id === undefined || op === undefined || opId(chain.codec, op) !== id) {
      throw new SdkError(
        'HASH_CHAIN_BROKEN',
        `Op ${index} of the model is missing or not the one its id names.`,
      );
    }
    entries.push({ id, op });
  }
  verifyHashChain(
    chain.codec,
    entries.map(({ op }) => op),
  );
  return entries;
}
