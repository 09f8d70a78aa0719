// SPDX-License-Identifier: Apache-2.0
// What every operation of the client works with.
import type { KeyringPair } from '@polkadot/keyring/types';
import type { Prover } from '@training-ledger/circuits';
import {
  type BindingContext,
  bindingOf,
  fieldHex,
  type KemKeyPair,
  toHex,
} from '@training-ledger/protocol';
import type { Shape, Statement } from '@training-ledger/protocol/statements';
import type { Hex, LedgerEvent } from '@training-ledger/runtime-types';
import type { ContentStore } from '../content/store.ts';
import { SdkError } from '../errors.ts';
import type { LedgerChain } from './chain.ts';

/** Who uses the client. Secrets stay in this process. */
export interface Identity {
  /** Signs transactions. */
  readonly account: KeyringPair;
  /** The secret behind the user id: a scalar. */
  readonly secret: bigint;
  /** Opens the user's own envelopes. */
  readonly kem: KemKeyPair;
}

/** Everything that an operation needs. */
export interface ClientContext {
  readonly chain: LedgerChain;
  readonly identity: Identity;
  readonly store: ContentStore;
  readonly prover: Prover;
}

/** A model as its owner holds it: the weights and salt behind the state on chain. */
export interface LocalModel {
  readonly id: Hex;
  readonly shape: Shape;
  /** 16-bit fixed-point weights, class by class with the bias last. */
  readonly weights: Int16Array;
  /** Salt of the state's commitment. */
  readonly salt: bigint;
}

/** Public input 0 of a proof by the client's account. */
export function bind({ chain, identity }: ClientContext, context: BindingContext): bigint {
  return bindingOf(chain.genesisHash, identity.account.address, context);
}

/** Proves a statement and gives the proof as the chain takes it. */
export async function proveHex({ prover }: ClientContext, statement: Statement): Promise<Hex> {
  return toHex((await prover.prove(statement)).proof);
}

type EventData = { [E in LedgerEvent as E['name']]: E['data'] };

/** The data of the first event of a name. */
export function eventData<N extends LedgerEvent['name']>(
  events: readonly LedgerEvent[],
  name: N,
): EventData[N] {
  const found = events.find((event) => event.name === name);
  if (found === undefined) throw new SdkError('NOT_FOUND', `The call made no event ${name}.`);
  return found.data as unknown as EventData[N];
}

/**
 * What a storage item holds.
 * @throws SdkError `NOT_FOUND` naming what there is not.
 */
export function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new SdkError('NOT_FOUND', `The ledger has no ${what}.`);
  return value;
}

/** A scalar of the statements as the chain takes it. */
export const publicInput = (statement: Statement, index: number): Hex =>
  fieldHex(statement.publicInputs[index] as bigint);
