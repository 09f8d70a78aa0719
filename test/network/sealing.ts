// SPDX-License-Identifier: Apache-2.0
// Who makes a federation's key and seals its rounds: on the embedded network one worker, step by step, because blocks are made of
// transactions only; on a real one workers that run beside the test and follow the chain, reorganisations and all.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { createLogger, Journal, Worker } from '@training-ledger/offchain-worker';
import type { Hex } from '@training-ledger/runtime-types';
import {
  getCommittee,
  type LedgerClient,
  mlDsaKeyPair,
  type RoundUpdate,
} from '@training-ledger/sdk';
import { samples, type TestLedger } from '../sdk/ledger.ts';
import { join, roundOf, sealRound } from '../sdk/round.ts';
import { SETTLED } from '../settled.ts';
import { FINAL, until } from './network-under-test.ts';

/** Who seals. */
export interface Sealing {
  /** ML-DSA-65 public keys under which blocks may be sealed. */
  readonly keys: readonly Uint8Array[];
  /** Ends the collection of a round's ops and leads it to its sealed block. */
  seal(round: number): Promise<void>;
  stop(): Promise<void>;
}

type Phase = RoundUpdate['round']['phase'];

/** One worker whose steps the test takes, and a committee of others. */
export async function sealingByHand(ledger: TestLedger, base: Hex): Promise<Sealing> {
  await ledger.formCommittee(base);
  const worker = await join(ledger.users[1] as LedgerClient, base);
  return {
    keys: [worker.key.publicKey],
    seal: async (round) => {
      await sealRound(ledger, worker, base, round);
    },
    stop: async () => {},
  };
}

/** Two workers, who are the committee as well. */
export async function sealingByWorkers(ledger: TestLedger, base: Hex): Promise<Sealing> {
  const { owner, committer } = ledger;
  const folder = await mkdtemp(joinPath(tmpdir(), 'sealing-'));
  const stopping = new AbortController();
  const clients = ledger.members.slice(0, 2);
  const keys = clients.map(() => mlDsaKeyPair(crypto.getRandomValues(new Uint8Array(32))));
  const running = clients.map((client, i) =>
    new Worker({
      client,
      committer,
      base,
      sealing: keys[i] as (typeof keys)[number],
      journal: new Journal(joinPath(folder, String(i))),
      samples: samples(60, 50 + i),
      training: { epochs: 5, seed: i },
      log: createLogger('error'),
    }).run(stopping.signal),
  );
  const members = clients.map(({ context }) => context.identity.account.address);
  await owner.formCommittee(base, { members, threshold: 2 }).submit(SETTLED);
  await until(async () => (await getCommittee(owner.chain, base))?.status.type === 'Ready');
  await until(async () => (await owner.chain.query('zkpot', 'workerCount', base)) === 2);
  await ledger.settle();
  return {
    keys: keys.map(({ publicKey }) => publicKey),
    seal: async (round) => {
      await owner.closeCollect(base).submit(SETTLED);
      const sealed: readonly Phase[] = ['Decrypt', 'Closed'];
      const isSealed = async (): Promise<boolean> =>
        sealed.includes((await roundOf(owner, base, round)).phase);
      do {
        await until(isSealed, 4 * FINAL);
        await ledger.settle();
      } while (!(await isSealed()));
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
