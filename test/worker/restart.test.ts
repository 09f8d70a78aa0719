// SPDX-License-Identifier: Apache-2.0
// Workers that are killed at random moments go on where they were, and nothing happens twice.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openGeneration } from '@training-ledger/offchain-worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Federation, seeded, type WorkerHome } from './federation.ts';
import { readHistory } from './history.ts';

const CLI = fileURLToPath(
  import.meta.resolve('@training-ledger/offchain-worker').replace(/index\.(ts|js)$/, 'cli.$1'),
);
const SEED = Number(process.env['RESTART_SEED'] ?? Date.now() % 100_000);
/** Longest pause before a kill: longer than a process takes to start, commit or prove. */
const LONGEST = 7_000;
/** Kills of one phase: then it may end. */
const MOST_KILLS = 3;

let federation: Federation;
const processes = new Map<WorkerHome, ChildProcess>();

function start(home: WorkerHome): void {
  const flags = {
    endpoint: federation.endpoint,
    base: federation.base,
    keystore: join(home.folder, 'keystore.json'),
    store: federation.store,
    journal: join(home.folder, 'journal'),
    data: join(home.folder, 'data.bin'),
    'training.seed': String(home.seed),
    logLevel: 'warn',
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  const node = [
    '--conditions=@training-ledger/source',
    '--disable-warning=ExperimentalWarning',
    CLI,
    'run',
    ...args,
  ];
  const child = spawn(process.execPath, node, {
    env: { ...process.env, TRAINING_LEDGER_PASSPHRASE: home.passphrase },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  processes.set(home, child);
}

async function end(home: WorkerHome, signal: NodeJS.Signals): Promise<number | null> {
  const child = processes.get(home) as ChildProcess;
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = await exited;
  return code;
}

beforeAll(async () => {
  federation = await Federation.start();
  await federation.formCommittee();
  for (const home of federation.workers) start(home);
  while ((await federation.owner.chain.query('zkpot', 'workerCount', federation.base)) < 2)
    await sleep(200);
  await federation.untilKey();
});

afterAll(async () => {
  for (const home of processes.keys()) await end(home, 'SIGKILL').catch(() => {});
  await federation?.stop();
});

it(`a round with kills at random moments ends with one sealed block (RESTART_SEED=${SEED})`, {
  timeout: 300_000,
}, async () => {
  const random = seeded(SEED);
  const { owner, base, committer } = federation;
  const { chain } = owner.context;
  const index = await federation.openRoundWithOps();
  const kills: Record<string, number> = {};
  // In each phase some kills, of one worker or both, a random while after the phase or the last start.
  for (;;) {
    await sleep(random() * LONGEST);
    const { phase } = await federation.round(index);
    if (phase === 'Decrypt' || phase === 'Closed') break;
    if ((kills[phase] ?? 0) >= MOST_KILLS) continue;
    kills[phase] = (kills[phase] ?? 0) + 1;
    const victims = federation.workers.filter(() => random() < 0.7);
    await Promise.all(victims.map((home) => end(home, 'SIGKILL')));
    for (const home of victims) start(home);
  }
  const round = await federation.until(index, ['Decrypt', 'Closed']);
  console.log(`kills by phase: ${JSON.stringify(kills)}`);
  expect(round.phase).toBe('Decrypt');

  await owner.verifyAggregate(base, index, { committer, updates: true });
  await federation.untilDecrypted(index);
  await (await openGeneration(owner, committer, base, index)).submit();

  const { sent, events } = await readHistory(chain);
  const times = (event: string): number => events.filter((name) => name === event).length;
  expect({
    joined: times('zkpot.WorkerJoined'),
    committed: times('zkpot.ModelCommitted'),
    posted: times('zkpot.ChallengePosted'),
    proven: times('zkpot.AccuracyProven'),
    sealed: times('trainingLedger.BlockSealed'),
    slashed: times('zkpot.WorkerSlashed'),
  }).toEqual({ joined: 2, committed: 2, posted: 1, proven: 2, sealed: 1, slashed: 0 });
  for (const { account } of federation.workers) {
    const own = sent.filter(({ signer }) => signer === account.address);
    // Each call once, none refused; only the challenge may be posted by either, or by both at the same moment.
    const calls = own.map(({ call }) => call);
    expect(calls).toEqual(expect.arrayContaining(['zkpot.joinFederation', 'zkpot.submitZkpot']));
    expect(calls).toEqual([...new Set(calls)]);
    expect(
      own.filter(({ isSuccess, call }) => !isSuccess && call !== 'zkpot.postChallenge'),
    ).toEqual([]);
  }
});

it('a worker that is asked to stop stops', async () => {
  for (const home of federation.workers) {
    expect(await end(home, 'SIGTERM')).toBe(0);
    processes.delete(home);
  }
});
