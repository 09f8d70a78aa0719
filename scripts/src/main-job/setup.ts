// SPDX-License-Identifier: Apache-2.0
// What there is before the first round: keys of the circuits, a base model, its committee, and users with forks of their own.
import { verifyingKeyBytes } from '@training-ledger/circuits';
import {
  developmentModel,
  fundAccounts,
  InferenceNode,
  newIdentity,
  type Shares,
  sudoAccount,
  toSamples,
  UNIT,
} from '@training-ledger/network';
import type { Hex } from '@training-ledger/runtime-types';
import { type LedgerClient, waitForCommitteeKey } from '@training-ledger/sdk';
import { FINAL, type JobContext, type User } from './context.ts';
import { THRESHOLD } from './prepared-workers.ts';
import type { JobWorkers } from './workers.ts';

/** A federation that is ready for its first round. */
export interface Federation {
  readonly base: Hex;
  readonly users: readonly User[];
  readonly node: InferenceNode;
}

/** Sets everything up; the workers begin as soon as there is a base model. */
export async function setUp(
  context: JobContext,
  shares: Shares,
  workers: JobWorkers,
  endpoint: string,
): Promise<Federation> {
  const { owner, progress } = context;
  const nodeClient = owner.as(newIdentity());
  const node = new InferenceNode(nodeClient);
  const clients = shares.users.map(() => owner.as(newIdentity()));
  const addresses = [owner, nodeClient, ...clients].map(addressOf);
  await fundAccounts(owner, [...addresses, ...workers.parties.map(({ address }) => address)]);
  const base = await registerBase(context, shares);
  workers.begin({ endpoint, base });
  // The block in which the chain checks the keys takes longest: the workers connect meanwhile.
  const keys = owner.registerVerifyingKeys(sudoAccount(), verifyingKeyBytes, FINAL).then(() => {
    progress.step('setup', 'verifying keys of all circuits registered');
  });
  // What fails first is told by the wait for all of it.
  keys.catch(() => {});
  const fork = async (client: LedgerClient, i: number): Promise<User> => {
    const call = await client.forkModel({ type: 'Base', value: base });
    // The proof is checked with a registered key.
    await keys;
    const model = (await call.submit(FINAL)).result;
    const name = `user ${i + 1}`;
    progress.step('setup', `${name} forked the base model and proved to own the fork`);
    return { name, client, samples: toSamples(shares.users[i] ?? []), model, ops: [] };
  };
  const [users] = await Promise.all([
    Promise.all(clients.map(fork)),
    makeKey(context, base, workers),
    node.register(FINAL),
    keys,
  ]);
  progress.say(
    `${users.length} users forked the base model; ${workers.parties.length} workers made the federation's key, ${THRESHOLD} of them open a sum`,
  );
  return { base, users, node };
}

const addressOf = ({ context }: LedgerClient): string => context.identity.account.address;

async function registerBase({ owner, progress }: JobContext, shares: Shares): Promise<Hex> {
  const registration = await owner.registerBaseModel(developmentModel(shares, {}));
  const [{ fee }, { result: base }] = await Promise.all([
    registration.estimate(),
    registration.submit(FINAL),
  ]);
  const cost = `fee estimated: ${Number(fee) / Number(UNIT)} UNIT`;
  progress.step('setup', `base model ${base.slice(0, 10)} registered (${cost})`);
  return base;
}

/** Makes the workers the committee, who then make the key by themselves. */
async function makeKey(
  { owner, signal }: JobContext,
  base: Hex,
  workers: JobWorkers,
): Promise<void> {
  const members = workers.parties.map(({ address }) => address);
  await owner.formCommittee(base, { members, threshold: THRESHOLD }).submit(FINAL);
  await waitForCommitteeKey(owner.chain, base, { signal });
}
