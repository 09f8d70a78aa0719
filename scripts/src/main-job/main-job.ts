// SPDX-License-Identifier: Apache-2.0
// From fork to sealed block, paid reward and verified export, every part real, on any network of ledger parachains.
import {
  dealShares,
  loadDigits,
  type Shares,
  StateFolder,
  toSamples,
  UNIT,
} from '@training-ledger/network';
import type { Hex } from '@training-ledger/runtime-types';
import { Cleanup } from '@training-ledger/sdk';
import { makeAttempts } from './attempts.ts';
import type { JobContext, User } from './context.ts';
import { exportModel } from './export.ts';
import type { FinishedJob, MainJobOptions } from './options.ts';
import { Parts } from './parts.ts';
import { stagesOf } from './plan.ts';
import { prepareWorkers } from './prepared-workers.ts';
import type { Progress } from './progress/progress.ts';
import type { BlockReport, Report } from './report/report.ts';
import { claimRewards } from './rewards.ts';
import { runRound } from './round.ts';
import { setUp } from './setup.ts';
import { JobWorkers } from './workers.ts';

/**
 * Runs the job. Everything that it started ends with it, also when it fails or `options.signal` is aborted.
 * @param whileUp called when the job is done and before anything ends
 * @throws MainJobError; the reason of `options.signal`; errors of the SDK.
 */
export async function runMainJob(
  options: MainJobOptions,
  progress: Progress,
  whileUp: (job: FinishedJob) => Promise<void> = async () => {},
): Promise<Report> {
  const { users, seed, signal } = options;
  signal?.throwIfAborted();
  let isDone = false;
  const interrupted = new Promise<never>((_, reject) => {
    // Whoever is called when the job is done may use the same signal, and ends by itself.
    signal?.addEventListener('abort', () => isDone || reject(signal.reason), { once: true });
  });
  // It is waited for below.
  interrupted.catch(() => {});
  if (!progress.isPlanned) progress.plan(stagesOf(options));
  await using closing = new Cleanup();
  const state = await StateFolder.open();
  closing.defer(() => state.close());
  const ending = new AbortController();
  const parts = new Parts(options, progress, state, ending.signal);
  closing.defer(() => parts.close());
  // They end first: without the network, they would look for it.
  const prepared = options.workers ?? prepareWorkers();
  closing.defer(() => Promise.all(prepared.map(({ process }) => process.stop())));
  closing.defer(() => ending.abort(new Error('The job has ended.')));
  const opening = parts.open();
  // What fails is told by the wait for it.
  opening.catch(() => {});
  const shares = dealShares(await loadDigits(), { users, workers: prepared.length, seed });
  const data = shares.workers.map(toSamples);
  const workers = await JobWorkers.make(prepared, data, state, progress);
  const work = async (): Promise<Report> => {
    const { endpoint, context } = await opening;
    const { report, base } = await run(context, options, { workers, shares, endpoint });
    isDone = true;
    await whileUp({ report, endpoint, base, store: state.store });
    return report;
  };
  const failed = workers.failure(ending.signal).catch((error: Error) => {
    if (!isDone) throw error;
    progress.say(error.message);
    return new Promise<never>(() => {});
  });
  // What is still under way fails when the parts close; nobody asks for it any longer.
  return await Promise.race([work(), failed, interrupted]);
}

interface Parties {
  readonly workers: JobWorkers;
  readonly shares: Shares;
  readonly endpoint: string;
}

async function run(
  context: JobContext,
  options: MainJobOptions,
  { workers, shares, endpoint }: Parties,
): Promise<{ report: Report; base: Hex }> {
  const { progress } = context;
  const federation = await progress.stage('setup', () => setUp(context, shares, workers, endpoint));
  const { base, users } = federation;
  const blocks: BlockReport[] = [];
  for (let round = 0; round < options.rounds; round++) {
    blocks.push(await runRound(context, federation, round));
  }
  await progress.stage('rewards', () => claimRewards(context, users));
  const [victim, thief] = users as [User, User];
  const [exported, refused] = await Promise.all([
    progress.stage('export', () => exportModel(context, victim, options.exportFile)),
    progress.stage('attempts', () => makeAttempts(context, victim, thief)),
  ]);
  const { genesisHash } = context.owner.chain;
  const report = {
    settings: { users: options.users, rounds: options.rounds, seed: options.seed },
    chain: { genesis: genesisHash, base, prover: context.owner.context.prover.backend },
    accuracy: {
      before: blocks[0]?.accuracy.before ?? 0,
      after: blocks.at(-1)?.accuracy.after ?? 0,
    },
    blocks,
    users: users.map(({ name, client, model }) => ({
      name,
      address: client.context.identity.account.address,
      model: model.id,
    })),
    workers: workers.parties,
    operations: users.flatMap(operationsOf),
    exported,
    refused,
    timings: progress.timings(),
    spans: progress.spans,
  };
  return { report, base };
}

const operationsOf = ({ name, ops }: User): Report['operations'] =>
  ops.map(({ id, round, delta, batch, reward }) => ({
    id,
    user: name,
    round,
    delta,
    batch,
    reward: Number(reward) / Number(UNIT),
  }));
