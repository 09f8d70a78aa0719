// SPDX-License-Identifier: Apache-2.0
// What an open round would take: its owner decides by that when to close the collection.
import type { Hex } from '@training-ledger/runtime-types';
import { type LedgerChain, pendingOps } from '@training-ledger/sdk';

/** The pending ops of a federation. */
export interface Pending {
  /** Ops that count: neither sealed nor excluded. */
  readonly ops: number;
  /** Accounts that they are of. */
  readonly contributors: ReadonlySet<string>;
}

/** Reads them, `max` at most. */
export async function readPending(chain: LedgerChain, base: Hex, max: number): Promise<Pending> {
  const first = await chain.query('trainingLedger', 'nextPending', base);
  const next = await chain.query('trainingLedger', 'nextSequence', base);
  if (next === first) return { ops: 0, contributors: new Set() };
  const excluded = new Set(await chain.query('committee', 'pendingExclusions', base));
  const all = await pendingOps(chain, base, first, Math.min(max, Number(next - first)));
  const counted = all.filter(({ op }) => !excluded.has(op.sequence));
  return { ops: counted.length, contributors: new Set(counted.map(({ op }) => op.owner)) };
}
