// SPDX-License-Identifier: Apache-2.0
// The workers of the job, and what they tell.

import { makeWorkerHome, type StateFolder, type WorkerHome } from '@training-ledger/network';
import type { Sample } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import { MainJobError } from './errors.ts';
import type { PreparedWorker } from './prepared-workers.ts';
import type { Progress } from './progress/progress.ts';

/** Of what a worker logs, what counts as a step of a stage. */
const STEPS: Readonly<Record<string, string>> = {
  'worker started': 'setup',
  'joined the federation': 'setup',
  'accepted the membership': 'setup',
  'committed to a dealing': 'setup',
  'confirmed the key': 'setup',
  'committed to a model': 'sealing',
  'posted the challenge': 'sealing',
  'proved the accuracy': 'sealing',
  'sealed a block': 'sealing',
  'approved an aggregate': 'generation',
  'decrypted its part': 'generation',
};
/** What nobody wants to know. */
const SILENT = 'worker stopped';

interface JobWorker extends Pick<PreparedWorker, 'process'> {
  readonly name: string;
  readonly home: WorkerHome;
}

/** The workers of one federation. */
export class JobWorkers {
  readonly #workers: readonly JobWorker[];
  readonly #state: StateFolder;
  readonly #progress: Progress;

  private constructor(workers: readonly JobWorker[], state: StateFolder, progress: Progress) {
    this.#workers = workers;
    this.#state = state;
    this.#progress = progress;
  }

  /** Gives prepared processes keys, and each a share of the data. */
  static async make(
    prepared: readonly PreparedWorker[],
    shares: readonly (readonly Sample[])[],
    state: StateFolder,
    progress: Progress,
  ): Promise<JobWorkers> {
    const make = async ({ process, passphrase }: PreparedWorker, i: number): Promise<JobWorker> => {
      const home = await makeWorkerHome(state, i + 1, shares[i] ?? [], passphrase);
      return { name: `worker ${i + 1}`, home, process };
    };
    return new JobWorkers(await Promise.all(prepared.map(make)), state, progress);
  }

  /** Names and addresses. */
  get parties(): { readonly name: string; readonly address: string }[] {
    return this.#workers.map(({ name, home }) => ({ name, address: home.address }));
  }

  /** Lets them work for a federation. */
  begin(federation: { readonly endpoint: string; readonly base: Hex }): void {
    const { store } = this.#state;
    for (const { name, home, process } of this.#workers) {
      const { keystore, journal, data, seed } = home;
      const onLog = (message: string, fields: Record<string, unknown>): void =>
        tell(this.#progress, name, message, fields);
      process.begin({ ...federation, keystore, store, journal, data, seed, onLog });
    }
  }

  /** Fails as soon as a worker ends before `signal` is aborted. */
  async failure(signal: AbortSignal): Promise<never> {
    const { name, how } = await Promise.race(
      this.#workers.map(async ({ name, process }) => ({ name, how: await process.ended })),
    );
    // Afterwards nobody asks any longer.
    if (signal.aborted) return new Promise<never>(() => {});
    throw new MainJobError('WORKER_ENDED', `${name} ended by itself.`, { details: how });
  }
}

function tell(
  progress: Progress,
  name: string,
  message: string,
  { correct, ms, block, code }: Record<string, unknown>,
): void {
  if (message === SILENT) return;
  const facts = Object.entries({ correct, ms, block, code }).filter(
    ([, fact]) => fact !== undefined,
  );
  const text = `${name}: ${message}${facts.map(([key, fact]) => ` ${key}=${fact}`).join('')}`;
  const stage = STEPS[message];
  if (stage === undefined) progress.say(text);
  else progress.step(stage, text);
}
