// SPDX-License-Identifier: Apache-2.0
// A key pair in one hand, by SEAL's own generator, for tests of what comes before and after the committee.
import { DEGREE, KEY, KEY_LIMBS } from '@training-ledger/sdk';
import type { Ciphertext } from 'node-seal';
import { reduce } from '../masking/residues.ts';
import { loadSeal } from './seal.ts';
import { fromLimbs, save } from './words.ts';

const CIPHERTEXT_HEADER_BYTES = 113;
const PLAINTEXT_HEADER_BYTES = 88;

/** A key pair. */
export interface SingleKey {
  readonly publicKey: Uint8Array;
  /** Opens the key part of an update or a sum. */
  open(keyPart: Float64Array): Int16Array;
  /** Bits by which the noise of a key part may still grow. */
  noiseBudget(keyPart: Float64Array): number;
}

/** Makes a key pair in the ring KEY. */
export async function singleKey(): Promise<SingleKey> {
  const { module, key } = await loadSeal();
  const generator = new module.KeyGenerator(key);
  const secret = generator.secretKey();
  const encryptor = new module.Encryptor(key, generator.createPublicKey());
  const sample = new module.Ciphertext();
  encryptor.encryptZero(sample);
  const header = save(module, sample).slice(0, CIPHERTEXT_HEADER_BYTES);
  const load = (keyPart: Float64Array): Ciphertext => {
    const residues = Float64Array.from({ length: KEY_LIMBS }, (_, i) =>
      reduce(keyPart[i] as number, KEY.primes[Math.floor(i / DEGREE) % 2] as number),
    );
    const ciphertext = new module.Ciphertext();
    ciphertext.loadFromArray(key, fromLimbs(header, residues));
    return ciphertext;
  };
  const decryptor = new module.Decryptor(key, secret);
  return {
    publicKey: save(module, generator.createPublicKey()),
    noiseBudget(keyPart) {
      using ciphertext = load(keyPart);
      return decryptor.invariantNoiseBudget(ciphertext);
    },
    open(keyPart) {
      using ciphertext = load(keyPart);
      using plaintext = new module.Plaintext();
      decryptor.decrypt(ciphertext, plaintext);
      const bytes = save(module, plaintext);
      const view = new DataView(bytes.buffer, PLAINTEXT_HEADER_BYTES);
      const half = 2 ** (KEY.plainBits - 1);
      return Int16Array.from({ length: DEGREE }, (_, i) => {
        // Zeros at the end are left out.
        const value = 8 * i < view.byteLength ? view.getUint16(8 * i, true) : 0;
        return value < half ? value : value - 2 * half;
      });
    },
  };
}
