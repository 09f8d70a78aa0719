// SPDX-License-Identifier: GPL-3.0-only
// What all provers have in common: proofs wait in a bounded queue and are made one at a time; each may be cancelled, and has a
// time limit.
import {
  type CircuitId,
  type Statement,
  verifyGroth16,
} from '@training-ledger/protocol/statements';
import {
  type ProofPhase,
  type Proved,
  type ProveOptions,
  type Prover,
  ProverError,
} from './prover.ts';
import type { Result } from './tasks.ts';

/** What makes one proof at a time. */
export interface Backend {
  /** Name, for logs. */
  readonly name: string;
  /** Makes a proof; `onResult` is called once, unless {@link stop} comes first. */
  run(
    statement: Statement,
    onPhase: ((phase: ProofPhase) => void) | undefined,
    onResult: (result: Result) => void,
  ): void;
  /** Gives up the running proof, whose result never comes. */
  stop(): void;
}

/** Limits of a prover. */
export interface ProverLimits {
  /** Proofs that may wait for a running one; one more fails with `QUEUE_FULL`. */
  readonly queueLimit?: number;
  /** Milliseconds after which a running proof fails with `TIMED_OUT`. */
  readonly timeLimit?: number;
}

interface Job {
  readonly statement: Statement;
  readonly options: ProveOptions;
  readonly settle: (outcome: Result | ProverError) => void;
}

/** A prover on a backend, with the verifying keys to check proofs by. */
export function createQueuedProver(
  backend: Backend,
  verifying: (circuit: CircuitId) => Promise<Uint8Array>,
  { queueLimit = 1_024, timeLimit = 600_000 }: ProverLimits,
): Prover {
  const waiting: Job[] = [];
  let running: Job | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  /** Ends a job, and begins the next one if it was the running one. */
  const finish = (job: Job, outcome: Result | ProverError): void => {
    const place = waiting.indexOf(job);
    if (place >= 0) waiting.splice(place, 1);
    else if (running !== job) return;
    else {
      running = undefined;
      clearTimeout(timer);
    }
    job.settle(outcome);
    next();
  };

  /** Ends a job from outside; what runs for it is killed. */
  const abandon = (job: Job, error: ProverError): void => {
    if (running === job) backend.stop();
    finish(job, error);
  };

  const next = (): void => {
    if (running !== undefined) return;
    const job = waiting.shift();
    if (job === undefined) return;
    running = job;
    timer = setTimeout(() => {
      abandon(job, new ProverError('TIMED_OUT', `The proof took longer than ${timeLimit} ms.`));
    }, timeLimit);
    const { statement, options } = job;
    backend.run(statement, options.onProgress, (result) => finish(job, result));
  };

  const prove = (statement: Statement, options: ProveOptions = {}): Promise<Proved> =>
    new Promise((resolve, reject) => {
      const { signal } = options;
      const abort = (): void =>
        abandon(job, new ProverError('CANCELLED', 'The proof was cancelled.'));
      const job: Job = {
        statement,
        options,
        settle: (outcome) => {
          signal?.removeEventListener('abort', abort);
          if (outcome instanceof ProverError) reject(outcome);
          else if ('error' in outcome) reject(failure(outcome.error));
          else resolve({ circuit: statement.circuit, ...outcome });
        },
      };
      if (closed) return reject(new ProverError('CLOSED', 'The prover is closed.'));
      if (signal?.aborted) return reject(new ProverError('CANCELLED', 'The proof was cancelled.'));
      if (running !== undefined && waiting.length >= queueLimit) {
        const hint = 'Wait for earlier proofs, or raise queueLimit.';
        return reject(
          new ProverError('QUEUE_FULL', `${queueLimit} proofs are waiting already.`, hint),
        );
      }
      signal?.addEventListener('abort', abort, { once: true });
      options.onProgress?.('waiting');
      waiting.push(job);
      next();
    });

  return {
    backend: backend.name,
    prove,
    verify: async ({ circuit, publicInputs, proof }) =>
      verifyGroth16(await verifying(circuit), publicInputs, proof),
    close: async () => {
      closed = true;
      const error = new ProverError('CLOSED', 'The prover was closed.');
      // Those that wait first, so that none of them begins.
      for (const job of [...waiting]) finish(job, error);
      if (running !== undefined) abandon(running, error);
      backend.stop();
    },
  };
}

function failure(code: 'WITNESS_INVALID' | 'KEYS_INVALID' | 'BACKEND'): ProverError {
  switch (code) {
    case 'WITNESS_INVALID':
      return new ProverError(code, 'The statement does not hold for its witness.');
    case 'KEYS_INVALID':
      return new ProverError(
        code,
        'A proving key is missing or not the pinned one.',
        'Compare the keys with their manifest: npm run circuits:check.',
      );
    case 'BACKEND':
      return new ProverError(code, 'The prover failed.', 'It may have run out of memory.');
  }
}
