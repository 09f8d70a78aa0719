// SPDX-License-Identifier: Apache-2.0
// Homomorphic sums, one update at a time in bounded memory. Addition modulo the primes: any order gives the same bytes.
import type { Ciphertext, MainModule, SEALContext } from 'node-seal';
import { WorkerError } from '../errors.ts';
import { guarded } from './guarded.ts';
import { CIPHERTEXT_BYTES } from './parameters.ts';

/** What a sum needs of BFV. */
export interface SumContext {
  readonly seal: MainModule;
  readonly context: SEALContext;
  /** Measures serialised bytes before SEAL parses them. */
  readonly check: (bytes: Uint8Array) => void;
}

/** A running sum of updates of `count` ciphertexts each. Free it with `using` or `Symbol.dispose`. */
export class BfvSum implements Disposable {
  readonly #bfv: SumContext;
  readonly #count: number;
  #totals: Ciphertext[] = [];

  constructor(bfv: SumContext, count: number) {
    this.#bfv = bfv;
    this.#count = count;
  }

  /**
   * Adds the serialised ciphertexts of an update: all of them or, if one is unsound, none.
   * @throws WorkerError `CIPHERTEXT_MALFORMED`.
   */
  add(bytes: Uint8Array): void {
    const next: Ciphertext[] = [];
    try {
      splitCiphertexts(bytes, this.#count).forEach((part, i) => {
        const { seal, context, check } = this.#bfv;
        check(part);
        const ciphertext = new seal.Ciphertext();
        next.push(ciphertext);
        this.#load(ciphertext, context, part);
        const total = this.#totals[i];
        if (total === undefined) return;
        using evaluator = new seal.Evaluator(context);
        // SEAL refuses sums that hide nothing: a ciphertext made to cancel the ones before it is out, not the sum.
        guarded('CIPHERTEXT_MALFORMED', 'The ciphertext cannot be added to the sum.', () =>
          evaluator.addInplace(ciphertext, total),
        );
      });
    } catch (error) {
      free(next);
      throw error;
    }
    free(this.#totals);
    this.#totals = next;
  }

  /**
   * The sum's bytes.
   * @throws WorkerError `TOO_FEW_CONTRIBUTORS` if nothing was added.
   */
  bytes(): Uint8Array {
    if (this.#totals.length === 0) {
      throw new WorkerError('TOO_FEW_CONTRIBUTORS', 'There is nothing in the sum.');
    }
    const { none } = this.#bfv.seal.ComprModeType;
    const parts = this.#totals.map((total) => total.saveToArray(none) as Uint8Array);
    return new Uint8Array(Buffer.concat(parts));
  }

  [Symbol.dispose](): void {
    free(this.#totals);
    this.#totals = [];
  }

  #load(ciphertext: Ciphertext, context: SEALContext, part: Uint8Array): void {
    guarded('CIPHERTEXT_MALFORMED', 'SEAL refuses the ciphertext.', () => {
      ciphertext.loadFromArray(context, part);
    });
    if (ciphertext.isTransparent()) {
      throw new WorkerError('CIPHERTEXT_MALFORMED', 'The ciphertext hides nothing.', {
        details: 'Its second polynomial is zero.',
      });
    }
  }
}

/**
 * The single ciphertexts of an update or a sum.
 * @throws WorkerError `CIPHERTEXT_MALFORMED` for another length.
 */
export function splitCiphertexts(bytes: Uint8Array, count: number): Uint8Array[] {
  if (bytes.length !== count * CIPHERTEXT_BYTES) {
    throw new WorkerError(
      'CIPHERTEXT_MALFORMED',
      `An update has ${count * CIPHERTEXT_BYTES} bytes.`,
      {
        details: `Got ${bytes.length}.`,
      },
    );
  }
  // Plain arrays: SEAL refuses subclasses such as Node's Buffer.
  return Array.from(
    { length: count },
    (_, i) => new Uint8Array(bytes.subarray(i * CIPHERTEXT_BYTES, (i + 1) * CIPHERTEXT_BYTES)),
  );
}

function free(objects: readonly Ciphertext[]): void {
  for (const object of objects) object.delete();
}
