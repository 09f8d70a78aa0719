// SPDX-License-Identifier: Apache-2.0
// The worker: at every new head it looks at the round as the chain has it and does what is due. What is due follows from
// the chain and the journal alone, so that it may be killed at any moment.
import { setTimeout as sleep } from 'node:timers/promises';
import { PalletError, type Round } from '@training-ledger/runtime-types';
import { required, subscribeHeads } from '@training-ledger/sdk';
import { isAccount } from './accounts.ts';
import { commit, join } from './commit.ts';
import { makeKey, membership } from './committee.ts';
import { CommitteeSecrets } from './committee-secrets.ts';
import type { DutyContext, WorkerOptions } from './context.ts';
import { decrypt, RoundChecks, voteOut } from './opening.ts';
import { Outbox } from './outbox.ts';
import { prove } from './prove.ts';
import { seal } from './seal.ts';

/** Refusals that say that the work is done already or its time has passed: what comes next is seen at the next head. */
const SETTLED: ReadonlySet<string> = new Set([
  'AlreadyWorker',
  'AlreadyCommitted',
  'AlreadyProven',
  'ChallengeAlreadyPosted',
  'WrongPhase',
  'ImmutableRecord',
  'NotLeader',
  'StaleParent',
  'WrongStatus',
  'AlreadyAccepted',
  'AlreadyDealt',
  'AlreadyConfirmed',
  'NoNewVote',
  'RoundNotOpenable',
  'AlreadyApproved',
  'AlreadySubmitted',
  'AttemptOver',
  'AttemptRunning',
]);
/** Pause after an error, so that a fault does not become a flood. */
const RETRY_DELAY = 2_000;

/** Takes part in the rounds of one federation. */
export class Worker {
  readonly #context: DutyContext;

  constructor(options: WorkerOptions) {
    const { client, journal, log, metrics } = options;
    const { account } = client.context.identity;
    const outbox = new Outbox({
      chain: client.chain,
      account,
      journal,
      log,
      onSettled: (name) => metrics?.transactions.add(1, { name }),
    });
    this.#context = {
      ...options,
      outbox,
      secrets: new CommitteeSecrets(journal.folder, options.sealing),
      checks: new RoundChecks(),
      address: account.address,
    };
  }

  /** Works until `signal` aborts. Errors are logged and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    const { client, log, metrics } = this.#context;
    for await (const _ of subscribeHeads(client.chain, { signal })) {
      metrics?.heads.add(1);
      try {
        await this.step();
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof PalletError && SETTLED.has(error.error)) {
          log.debug({ error: error.error }, 'settled by the chain');
          continue;
        }
        const { code, message } = error as { code?: string; message?: string };
        metrics?.errors.add(1, { code: code ?? 'UNKNOWN' });
        log.error({ code, message }, 'step failed');
        await sleep(RETRY_DELAY, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Does what is due now, if anything; at most one transaction is sent. */
  async step(): Promise<void> {
    const context = this.#context;
    const { client, base, address, outbox, metrics } = context;
    if (!(await outbox.isClear()) || !(await join(context))) return;
    const member = await membership(context);
    if (member !== undefined && (await makeKey(context, member))) return;
    const index = await client.chain.query('zkpot', 'currentRound', base);
    if (index === undefined) return;
    const round = required(await client.chain.query('zkpot', 'rounds', base, index), 'such round');
    metrics?.round.set(index);
    if (member?.committee.status.type === 'Ready') {
      if (isChecked(round) && (await voteOut(context, index, round))) return;
      if (isOpenable(round) && (await decrypt(context, member, index))) return;
    }
    if (round.phase === 'Commit') await commit(context, index);
    else if (round.phase === 'Prove') await prove(context, index, round);
    else if (round.phase === 'Seal' && isAccount(round.leader, address)) {
      await seal(context, index, round);
    }
  }
}

/** Updates are checked once every op of the round is in, and before the block is sealed. */
const isChecked = ({ phase }: Round): boolean => phase === 'Prove' || phase === 'Seal';

/** A sealed sum may be opened in Decrypt, and also later, until another block of the federation is sealed. */
const isOpenable = ({ phase, outcome }: Round): boolean =>
  phase === 'Decrypt' || (phase === 'Closed' && outcome === 'Undecrypted');
