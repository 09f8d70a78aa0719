// SPDX-License-Identifier: Apache-2.0
// The steps that make a development federation on a chain, one by one.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyingKeyBytes } from '@training-ledger/circuits';
import { registerNode } from '@training-ledger/inference-node';
import { type NodeKeyPair, nodeKeyPair } from '@training-ledger/protocol/statements';
import type { Hex, Rules } from '@training-ledger/runtime-types';
import {
  getCommittee,
  type LedgerClient,
  type SubmitOptions,
  writeTestSet,
} from '@training-ledger/sdk';
import { developmentAccount, roleIdentity, roleSecret } from './accounts.ts';
import type { Shares } from './digits.ts';
import { DevelopmentError } from './errors.ts';
import { fundAccounts, sudoAccount, UNIT } from './parties.ts';
import { developmentModel } from './rules.ts';
import { toSamples } from './samples.ts';
import type { StateFolder } from './state-folder.ts';
import { SupervisedWorker } from './supervised-worker.ts';
import { makeWorkerHome, type WorkerHome } from './worker-homes.ts';

/** Blocks may be taken back until they are final; where they are not, waiting costs nothing. */
export const FINAL: SubmitOptions = { finalized: true, timeout: 300_000 };
/** Plancks of each user, and of everybody else who takes part. */
const USER_FUNDS = 5_000n * UNIT;
const OWNER_FUNDS = 100_000n * UNIT;
/** Milliseconds between two looks at the chain. */
const LOOK = 200;

/** What the steps share. */
export interface SetUpContext {
  readonly owner: LedgerClient;
  readonly state: StateFolder;
  readonly endpoint: string;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

/** The key of the inference node of development federations. */
export const nodeKey = (): NodeKeyPair => nodeKeyPair(roleSecret('inference-node', 'receipts'));

/** Registers the verifying keys of all circuits and gives everybody money. */
export async function registerAndFund(
  { owner, onProgress, signal }: SetUpContext,
  accounts: number,
  workers: readonly WorkerHome[],
): Promise<void> {
  const roles = (['owner', 'companion', 'inference-node'] as const).map(
    (role) => roleIdentity(role).account.address,
  );
  const users = Array.from({ length: accounts }, (_, i) => developmentAccount(i).address);
  await Promise.all([
    owner.registerVerifyingKeys(sudoAccount(), verifyingKeyBytes, FINAL),
    fundAccounts(owner, roles, OWNER_FUNDS),
    fundAccounts(owner, [...users, ...workers.map(({ address }) => address)], USER_FUNDS),
  ]);
  signal.throwIfAborted();
  onProgress('verifying keys of all circuits registered, accounts funded');
}

/** Registers the base model and the key of the inference node. Result: the base model's id. */
export async function registerModel(
  { owner, onProgress, signal }: SetUpContext,
  shares: Shares,
  rules: Partial<Rules>,
): Promise<Hex> {
  const registration = await owner.registerBaseModel(developmentModel(shares, rules));
  const { account } = roleIdentity('inference-node');
  const [{ result: base }] = await Promise.all([
    registration.submit(FINAL),
    registerNode(owner.chain, account, nodeKey()).submit(FINAL),
  ]);
  signal.throwIfAborted();
  onProgress(`base model ${base.slice(0, 10)} and the inference node's key registered`);
  return base;
}

/** Writes the samples of users and the homes of workers. */
export async function writeHomes(
  { state }: Pick<SetUpContext, 'state'>,
  shares: Shares,
  accounts: number,
): Promise<WorkerHome[]> {
  for (const [i, share] of shares.users.slice(0, accounts).entries()) {
    const file = state.samples(i);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, writeTestSet(toSamples(share)));
  }
  return Promise.all(
    shares.workers.map((share, i) => makeWorkerHome(state, i + 1, toSamples(share))),
  );
}

/** Starts the workers; each is started again when it ends by itself. */
export function startWorkers(
  { endpoint, state, onProgress }: SetUpContext,
  base: Hex,
  homes: readonly WorkerHome[],
): SupervisedWorker[] {
  return homes.map((home, i) => {
    const name = `worker ${i + 1}`;
    const onLog = (message: string, fields: Record<string, unknown>): void => {
      const { correct, block, code } = fields;
      const known = Object.entries({ correct, block, code }).filter(
        ([, fact]) => fact !== undefined,
      );
      onProgress(`${name}: ${message}${known.map(([key, fact]) => ` ${key}=${fact}`).join('')}`);
    };
    return new SupervisedWorker(
      { ...home, endpoint, base, store: state.store, onLog },
      {
        onEnd: (how, restarts, isGivenUp) =>
          onProgress(
            isGivenUp
              ? `${name} ended (${how}) and is given up after ${restarts} restarts`
              : `${name} ended (${how}) and is started again`,
          ),
      },
    );
  });
}

/** Names the workers as the committee and waits until they have made the federation's key. */
export async function formCommittee(
  { owner, signal, onProgress }: SetUpContext,
  base: Hex,
  homes: readonly WorkerHome[],
  workers: readonly SupervisedWorker[],
): Promise<void> {
  const threshold = Math.floor(homes.length / 2) + 1;
  const members = homes.map(({ address }) => address);
  await owner.formCommittee(base, { members, threshold }).submit(FINAL);
  for (;;) {
    signal.throwIfAborted();
    const committee = await getCommittee(owner.chain, base);
    const joined = await owner.chain.query('zkpot', 'workerCount', base);
    if (committee?.publicKey !== undefined && joined === homes.length) break;
    if (committee?.status.type === 'Failed') {
      throw new DevelopmentError('COMMITTEE_FAILED', 'The committee could not make its key.');
    }
    if (workers.some(({ isGivenUp }) => isGivenUp)) {
      throw new DevelopmentError('WORKER_FAILED', 'A worker ended again and again.', {
        hint: 'Its log is above.',
      });
    }
    await sleep(LOOK, undefined, { signal }).catch(() => {});
  }
  onProgress(`${homes.length} workers made the federation's key; ${threshold} of them open a sum`);
}
