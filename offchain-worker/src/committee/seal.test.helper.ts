// SPDX-License-Identifier: Apache-2.0
// SEAL with the parameters of the key part, for tests: what the committee's own arithmetic must agree with.
import { DEGREE, KEY, KEY_LIMBS } from '@training-ledger/sdk';
import initialize from 'node-seal';

const CIPHERTEXT_HEADER_BYTES = 113;
const PLAINTEXT_HEADER_BYTES = 88;

/** SEAL with the parameters of the ring KEY. */
export async function sealOfKeys() {
  const seal = await initialize();
  const parameters = new seal.EncryptionParameters(seal.SchemeType.bfv);
  parameters.setPolyModulusDegree(DEGREE);
  parameters.setCoeffModulus(seal.CoeffModulus.Create(DEGREE, Int32Array.from(KEY.modulusBits)));
  parameters.setPlainModulus(new seal.Modulus(BigInt(2 ** KEY.plainBits)));
  const context = new seal.SEALContext(parameters, true, seal.SecLevelType.tc128);
  const save = (object: { saveToArray(mode: typeof seal.ComprModeType.none): unknown }) =>
    Uint8Array.from(object.saveToArray(seal.ComprModeType.none) as Uint8Array);
  return { seal, context, parameters, save };
}

/** Encrypts to a public key with SEAL. */
export async function sealEncryptor(publicKey: Uint8Array) {
  const { seal, context, save } = await sealOfKeys();
  const key = new seal.PublicKey();
  key.loadFromArray(context, publicKey);
  const encryptor = new seal.Encryptor(context, key);
  const evaluator = new seal.Evaluator(context);
  const plaintext = new seal.Plaintext();
  plaintext.resize(DEGREE);
  const zero = save(plaintext);
  return {
    /** Limbs of the sum, by SEAL, of `repeats` times each of the keys' ciphertexts. */
    encryptSum(keys: readonly Int8Array[], repeats = 1): Float64Array {
      const sum = new seal.Ciphertext();
      keys.forEach((coefficients, i) => {
        const ciphertext = new seal.Ciphertext();
        plaintext.loadFromArray(context, plaintextBytes(zero, coefficients));
        encryptor.encrypt(plaintext, ciphertext);
        if (i === 0) sum.assign(ciphertext);
        for (let r = i === 0 ? 1 : 0; r < repeats; r++) evaluator.addInplace(sum, ciphertext);
      });
      const limbs = save(sum).slice(CIPHERTEXT_HEADER_BYTES);
      return Float64Array.from(new BigUint64Array(limbs.buffer, 0, KEY_LIMBS), Number);
    },
  };
}

/** A serialised plaintext of these coefficients, from one of zeros. */
function plaintextBytes(zero: Uint8Array, coefficients: Int8Array): Uint8Array {
  const bytes = zero.slice();
  const view = new DataView(bytes.buffer, PLAINTEXT_HEADER_BYTES);
  const plain = 2 ** KEY.plainBits;
  coefficients.forEach((value, i) => {
    view.setUint16(8 * i, (value + plain) % plain, true);
  });
  return bytes;
}
