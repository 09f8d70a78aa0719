// SPDX-License-Identifier: Apache-2.0
// The duties of a committee member in a round: to have unsound updates excluded before the block is sealed, to approve the
// sealed aggregate once it was checked, and to give its part of the decryption of that sum and of nothing else.
import type { Hex, Round } from '@training-ledger/runtime-types';
import { parseSum, pendingOps, unsoundUpdates, updateShape } from '@training-ledger/sdk';
import { partialDecryption } from '../committee/index.ts';
import {
  type Attempt,
  attempts,
  openAttempt,
  positionOf,
  refreshed,
} from '../federation/opening.ts';
import { isAccount } from './accounts.ts';
import type { Membership } from './committee.ts';
import type { DutyContext } from './context.ts';

/** Most ops of one vote. */
const MAX_VOTES = 64;

/** What this worker found out about a round, so that it is not computed again at every head. */
export class RoundChecks {
  readonly #found = new Map<string, Promise<bigint[]>>();
  #opened = '';

  /** Whether the parts of a complete attempt open the round's sum. */
  async opens({ client, base }: DutyContext, round: number, attempt: Attempt): Promise<boolean> {
    const key = `${base} ${round} ${attempt.number}`;
    if (this.#opened === key) return true;
    const opens = await openAttempt(client.context, base, round, attempt).then(() => true, isWrong);
    if (opens) this.#opened = key;
    return opens;
  }

  /** Checks the updates of a round, once while nothing is wrong with them. */
  async unsound(context: DutyContext, { firstOp, lastOp }: Round): Promise<bigint[]> {
    const { base } = context;
    const key = `${base} ${firstOp} ${lastOp}`;
    let checking = this.#found.get(key);
    if (checking === undefined) {
      checking = check(context, firstOp, lastOp);
      this.#found.clear();
      this.#found.set(key, checking);
      checking.then(
        // What is missing today may be there at the next look.
        (unsound) => unsound.length > 0 && this.#found.delete(key),
        () => this.#found.delete(key),
      );
    }
    return checking;
  }
}

async function check(
  { client, base, committer }: DutyContext,
  firstOp: bigint,
  lastOp: bigint,
): Promise<bigint[]> {
  const { chain, store } = client.context;
  const all = await pendingOps(chain, base, firstOp, Number(lastOp - firstOp));
  const known = await excludedOps({ client, base }, firstOp, lastOp);
  const ops = all.filter(({ op }) => !known.has(op.sequence));
  return unsoundUpdates({ store, committer }, ops, await updateShape(chain, base));
}

/** Sequence numbers of the ops of a range that the committee excluded. */
export async function excludedOps(
  { client, base }: Pick<DutyContext, 'client' | 'base'>,
  firstOp: bigint,
  lastOp: bigint,
): Promise<Set<bigint>> {
  const excluded = await client.chain.query('committee', 'pendingExclusions', base);
  return new Set(excluded.filter((sequence) => sequence >= firstOp && sequence < lastOp));
}

/** Votes for the exclusion of unsound updates that it has not voted for. Whether a transaction was sent. */
export async function voteOut(context: DutyContext, index: number, round: Round): Promise<boolean> {
  const { client, base, outbox, address, checks, log } = context;
  const { chain, identity } = client.context;
  const unsound = await checks.unsound(context, round);
  const votes = await Promise.all(
    unsound.map((sequence) => chain.entries('committee', 'exclusionVotes', [base, sequence])),
  );
  const hasVoted = (i: number): boolean =>
    votes[i]?.some(([account]) => isAccount(account as string, address)) ?? false;
  const sequences = unsound.filter((_, i) => !hasVoted(i)).slice(0, MAX_VOTES);
  if (sequences.length === 0) return false;
  log.warn({ round: index, sequences: sequences.map(String) }, 'updates are unsound');
  const call = chain.prepare(identity.account, 'committee', 'excludeOps', { base, sequences });
  const key = `${index} ${sequences.join(' ')}`;
  await outbox.send(['voted to exclude ops', key], call, { round: index, ops: sequences.length });
  return true;
}

/** Approves the round's aggregate and takes part in its decryption. Whether a transaction was sent. */
export async function decrypt(
  context: DutyContext,
  member: Membership,
  index: number,
): Promise<boolean> {
  const { client, base, committer, outbox, address, checks } = context;
  const { chain, identity } = client.context;
  const approvals = (await chain.query('committee', 'approvals', base, index)) ?? [];
  if (!approvals.some((account) => isAccount(account, address))) {
    const { content } = await client.verifyAggregate(base, index, { committer });
    const call = chain.prepare(identity.account, 'committee', 'approveAggregate', {
      base,
      round: index,
      content,
    });
    await outbox.send(['approved an aggregate', `${base} ${index}`], call, { round: index });
    return true;
  }
  // Before the state is read: what that says of this height is final.
  const { number: finalHeight } = await chain.finalized();
  const current = (await attempts(chain, base, index)).at(-1);
  if (current === undefined) return false;
  const isIn = current.members.some((account) => isAccount(account, address));
  const hasGiven = current.shares.some(([account]) => isAccount(account, address));
  // Sums of two forks may differ by one contributor: whoever had both opened would know that one's update.
  const isFinal = current.openedAt <= finalHeight;
  if (isIn && !hasGiven && isFinal) {
    const share = await shareOf(context, member, index, current.number);
    const call = chain.prepare(identity.account, 'committee', 'submitPartialDecryption', {
      base,
      round: index,
      attempt: current.number,
      share,
    });
    const key = `${base} ${index} ${current.number}`;
    const fields = { round: index, attempt: current.number };
    await outbox.send(['decrypted its part', key], call, fields);
    return true;
  }
  const isComplete = current.shares.length === current.members.length;
  const failed = isComplete
    ? !(await checks.opens(context, index, current))
    : await isLate(context, current.openedAt);
  if (!failed) return false;
  const call = chain.prepare(identity.account, 'committee', 'nextAttempt', { base, round: index });
  const key = `${base} ${index} ${current.number}`;
  await outbox.send(['asked for another attempt', key], call, { round: index });
  return true;
}

/** An attempt's part is made once: two different ones of the same sum would show more than one does. */
async function shareOf(
  { client, base, journal, secrets }: DutyContext,
  { committee, position }: Membership,
  index: number,
  attempt: number,
): Promise<Hex> {
  const { chain, store } = client.context;
  const { content } = await journal.once(base, index, ['decryption', String(attempt)], async () => {
    const opened = (await attempts(chain, base, index))[attempt] as Attempt;
    const block = await chain.query('trainingLedger', 'roundBlock', base, index);
    const { aggregate } = (await client.getBlock(block as bigint)).block;
    const sum = parseSum(await store.get(aggregate.content), await updateShape(chain, base));
    const { memberKey } = (await secrets.read(base, committee.epoch)) ?? {};
    const share = partialDecryption({
      sum: await refreshed(client.context, base, opened, sum),
      attempt,
      memberKey: memberKey as Uint8Array,
      position,
      positions: opened.members.map((account) => positionOf(committee, account)),
    });
    return { content: await store.put(share) };
  });
  return content;
}

/** As the chain counts: blocks that took no transactions, because a migration ran, are no time for shares. */
async function isLate({ client: { chain } }: DutyContext, openedAt: number): Promise<boolean> {
  const suspension = await chain.query('committee', 'lastSuspension');
  const suspended =
    suspension !== undefined && suspension.after >= openedAt ? suspension.blocks : 0;
  const head = Number(String(await chain.api.query['system']?.['number']?.()));
  const timeout = Number(String(chain.api.consts['committee']?.['shareTimeout']));
  return head > openedAt + timeout + suspended;
}

function isWrong(error: unknown): false {
  const { code } = error as { code?: string };
  if (code === 'ATTEMPT_FAILED') return false;
  throw error;
}
