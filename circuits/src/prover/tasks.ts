// SPDX-License-Identifier: GPL-3.0-only
// What a prover and the process behind it tell each other.

import type { Statement } from '@training-ledger/protocol/statements';
import type { ProvingFiles } from '../keys.ts';
import type { ProofPhase } from './prover.ts';

/** A proof to be made. */
export interface Task extends ProvingFiles {
  readonly inputs: Statement['inputs'];
  /** The native program, if that is to make the proof. */
  readonly native?: string;
}

/** What came of it. */
export type Result =
  | { readonly proof: Uint8Array; readonly publicInputs: bigint[] }
  | { readonly error: 'WITNESS_INVALID' | 'KEYS_INVALID' | 'BACKEND' };

/** What the process tells: a phase that begins, or the end. */
export type Message = { readonly phase: ProofPhase } | Result;
