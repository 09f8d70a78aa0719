// SPDX-License-Identifier: Apache-2.0
// Products in the ring of masks: a common polynomial times a one-time key, or times a sum of such keys.
import { DEGREE, MASK } from '@training-ledger/sdk';
import type { Plaintext } from 'node-seal';
import { guarded } from './guarded.ts';
import { type Headers, sampleHeaders } from './headers.ts';
import { loadSeal, type Seal } from './seal.ts';
import { fromLimbs, fromSmall, save, toLimbs } from './words.ts';

/** Limbs of one polynomial modulo both primes: the residues of the first, then those of the second. */
export const POLYNOMIAL_LIMBS = 2 * DEGREE;

let loading: Promise<MaskRing> | undefined;

/** The ring MASK. */
export class MaskRing {
  readonly #seal: Seal;
  readonly #headers: Headers;

  private constructor(seal: Seal) {
    this.#seal = seal;
    this.#headers = sampleHeaders(seal.module, seal.mask);
  }

  /** Loaded once a process. */
  static load(): Promise<MaskRing> {
    loading ??= loadSeal().then((seal) => new MaskRing(seal));
    return loading;
  }

  /**
   * Takes a factor of 4,096 small coefficients, not all of them zero. Free it with `using`.
   * @throws WorkerError `BFV_FAILED`.
   */
  factor(coefficients: Int8Array | Int16Array): MaskFactor {
    const { module, mask } = this.#seal;
    const secret = fromSmall(this.#headers.plaintext, coefficients, MASK.plainBits);
    const plaintext = new module.Plaintext();
    const factor = new MaskFactor(this.#seal, this.#headers, plaintext);
    try {
      guarded('BFV_FAILED', 'SEAL does not take the factor.', () => {
        using evaluator = new module.Evaluator(mask);
        using level = mask.firstParmsId();
        plaintext.loadFromArray(mask, secret);
        evaluator.plainTransformToNttInplace(plaintext, level);
      });
    } catch (error) {
      factor[Symbol.dispose]();
      throw error;
    } finally {
      secret.fill(0);
    }
    return factor;
  }
}

/** A factor in NTT form. */
export class MaskFactor implements Disposable {
  readonly #seal: Seal;
  readonly #headers: Headers;
  readonly #plaintext: Plaintext;

  constructor(seal: Seal, headers: Headers, plaintext: Plaintext) {
    this.#seal = seal;
    this.#headers = headers;
    this.#plaintext = plaintext;
  }

  /**
   * Multiplies two polynomials by the factor: they travel as the two of one ciphertext.
   * @param pair {@link POLYNOMIAL_LIMBS} limbs each, in NTT form, neither of them zero.
   * @returns The products' limbs, in the same order, as coefficients.
   * @throws WorkerError `BFV_FAILED`.
   */
  multiply(pair: Float64Array): Float64Array {
    const { module, mask } = this.#seal;
    const { nttCiphertext } = this.#headers;
    return guarded('BFV_FAILED', 'SEAL did not multiply.', () => {
      using evaluator = new module.Evaluator(mask);
      using ciphertext = new module.Ciphertext();
      ciphertext.loadFromArray(mask, fromLimbs(nttCiphertext, pair));
      evaluator.multiplyPlainInplace(ciphertext, this.#plaintext);
      evaluator.cipherTransformFromNttInplace(ciphertext);
      return toLimbs(nttCiphertext.length, save(module, ciphertext));
    });
  }

  [Symbol.dispose](): void {
    if (this.#plaintext.isDeleted()) return;
    this.#plaintext.setZero();
    this.#plaintext.delete();
  }
}
