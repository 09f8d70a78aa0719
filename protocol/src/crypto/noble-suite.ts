// SPDX-License-Identifier: Apache-2.0
// The post-quantum primitives in JavaScript. Not constant-time: whoever can time this process may learn secrets.
import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import type { PostQuantumSuite } from './suite.ts';

/** @noble/post-quantum, for platforms without their own. */
export const nobleSuite: PostQuantumSuite = {
  name: '@noble/post-quantum',
  isConstantTime: false,
  signatureKeys: (seed) => ml_dsa65.keygen(seed),
  sign: (secretKey, message, context) => ml_dsa65.sign(message, secretKey, { context }),
  verify: (publicKey, message, signature, context) =>
    ml_dsa65.verify(signature, message, publicKey, { context }),
  kemKeys: (seed) => ml_kem768.keygen(seed),
  encapsulate: (publicKey) => {
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey);
    return { ciphertext: cipherText, sharedSecret };
  },
  decapsulate: (secretKey, ciphertext) => ml_kem768.decapsulate(ciphertext, secretKey),
};
