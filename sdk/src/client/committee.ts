// SPDX-License-Identifier: Apache-2.0
// The committee that holds a federation's key: formed by the owner of the base model, of accounts that run workers.
import type { Committee, Hex } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import type { LedgerChain } from './chain.ts';
import type { ClientContext } from './context.ts';
import type { PreparedCall } from './prepared-call.ts';
import type { SubscribeOptions } from './subscriptions.ts';
import { waitForState } from './waiting.ts';

/** Who is to hold a federation's key. */
export interface CommitteeArgs {
  /** Accounts, 2 to 7. */
  readonly members: readonly string[];
  /** How many of them it takes to open an aggregate; at least 2. */
  readonly threshold: number;
}

/** Prepares forming a federation's committee. Its members make the key by themselves; see {@link committeeKey}. */
export function formCommittee(
  { chain, identity }: ClientContext,
  base: Hex,
  { members, threshold }: CommitteeArgs,
): PreparedCall<void> {
  return chain.prepare(identity.account, 'committee', 'formCommittee', {
    base,
    members,
    threshold,
  });
}

/**
 * The committee of a federation as the chain has it; undefined before it is formed.
 * @throws SdkError `NOT_CONNECTED`.
 */
export function getCommittee(chain: LedgerChain, base: Hex): Promise<Committee | undefined> {
  return chain.query('committee', 'committees', base);
}

/**
 * The collective public key of a federation, to which updates are encrypted.
 * @throws SdkError `COMMITTEE_NOT_READY`; `CONTENT_NOT_FOUND`.
 */
export async function committeeKey(
  { chain, store }: Pick<ClientContext, 'chain' | 'store'>,
  base: Hex,
): Promise<Uint8Array> {
  const committee = await getCommittee(chain, base);
  if (committee?.publicKey === undefined) {
    throw new SdkError('COMMITTEE_NOT_READY', "The federation's committee has no key yet.", {
      details: committee === undefined ? 'It was not formed.' : describe(committee),
      hint: 'Wait until every member has confirmed the key, or form another committee.',
    });
  }
  return store.get(committee.publicKey);
}

/**
 * Waits until the members of a federation's committee have made its key; also while there is no committee yet.
 * @returns The committee with its key.
 * @throws SdkError `COMMITTEE_NOT_READY` if the making of the key failed; the reason of `signal`.
 */
export function waitForCommitteeKey(
  chain: LedgerChain,
  base: Hex,
  options: Pick<SubscribeOptions, 'signal'> = {},
): Promise<Committee> {
  const read = async (): Promise<Committee | undefined> => {
    const committee = await getCommittee(chain, base);
    if (committee?.status.type !== 'Failed') {
      return committee?.publicKey === undefined ? undefined : committee;
    }
    throw new SdkError('COMMITTEE_NOT_READY', "The making of the federation's key failed.", {
      details: describe(committee),
      hint: 'Form another committee.',
    });
  };
  return waitForState(chain, read, options);
}

function describe({ status }: Committee): string {
  if (status.type !== 'Failed') return `Its status is ${status.type}.`;
  const { accused, accuser } = status.value;
  return `It failed: ${accuser} complained about ${accused}.`;
}
