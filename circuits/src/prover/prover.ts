// SPDX-License-Identifier: GPL-3.0-only
// What every prover does. Applications depend on this, not on a certain prover.

import type { CircuitId, Statement } from '@training-ledger/protocol/statements';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';

/** A proof in the chain's encoding, with what it proves. */
export interface Proved {
  readonly circuit: CircuitId;
  readonly publicInputs: readonly bigint[];
  /** 128 bytes: A, B, C in arkworks' compressed form. */
  readonly proof: Uint8Array;
}

/** What a proof is at: waiting for others, computing its witness, or being made. */
export type ProofPhase = 'waiting' | 'witness' | 'proof';

/** Options of one proof. */
export interface ProveOptions {
  /** Cancels the proof, running or waiting. */
  readonly signal?: AbortSignal;
  /** Called as each phase begins. */
  readonly onProgress?: (phase: ProofPhase) => void;
}

/** Makes and verifies Groth16 proofs of the protocol's statements. */
export interface Prover {
  /** Name of the backend, for logs. */
  readonly backend: string;
  /**
   * Proves a statement outside the calling process's event loop.
   * @throws ProverError `WITNESS_INVALID`, `KEYS_INVALID`, `QUEUE_FULL`, `CANCELLED`, `TIMED_OUT`, `CLOSED` or `BACKEND`.
   */
  prove(statement: Statement, options?: ProveOptions): Promise<Proved>;
  /**
   * Whether a proof holds under the prover's keys.
   * @throws ProofEncodingError for bytes that are no proof.
   */
  verify(proved: Proved): Promise<boolean>;
  /** Ends what the prover runs. Proofs that wait or run fail with `CLOSED`. */
  close(): Promise<void>;
}

/** Codes of {@link ProverError}. */
export type ProverErrorCode =
  | 'WITNESS_INVALID'
  | 'KEYS_INVALID'
  | 'QUEUE_FULL'
  | 'CANCELLED'
  | 'TIMED_OUT'
  | 'CLOSED'
  | 'NOT_AVAILABLE'
  | 'BACKEND';

/** A proof was not made. Never holds parts of the witness. */
export class ProverError extends LedgerError {
  constructor(code: ProverErrorCode, shortMessage: string, hint?: string) {
    super(shortMessage, { code, ...(hint === undefined ? {} : { hint }) });
  }
}
