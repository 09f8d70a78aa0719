// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { decapsulate, encapsulate, kemKeyPair } from './kem.ts';
import { BLOCK_CONTEXT, mlDsaKeyPair, mlDsaSign, mlDsaVerify, WORKER_CONTEXT } from './ml-dsa.ts';

const failing = (code: string) => expect.objectContaining({ code });

describe('ML-DSA-65', () => {
  const key = mlDsaKeyPair(new Uint8Array(32).fill(9));
  const message = Uint8Array.of(1, 2, 3);

  it('verifies under its own context only', () => {
    const signature = mlDsaSign(key, message, BLOCK_CONTEXT);
    expect(mlDsaVerify(key.publicKey, message, signature, BLOCK_CONTEXT)).toBe(true);
    expect(mlDsaVerify(key.publicKey, message, signature, WORKER_CONTEXT)).toBe(false);
  });

  it('takes seeds and secret keys of the right length', () => {
    expect(() => mlDsaKeyPair(new Uint8Array(31))).toThrow(failing('KEY_LENGTH'));
    const short = { secretKey: key.secretKey.subarray(1) };
    expect(() => mlDsaSign(short, message, BLOCK_CONTEXT)).toThrow(failing('KEY_LENGTH'));
    expect(() => mlDsaSign(key, message, 'c'.repeat(256))).toThrow(failing('ARGUMENT_INVALID'));
  });

  it('finds malformed keys, signatures and contexts not to verify', () => {
    const signature = mlDsaSign(key, message, BLOCK_CONTEXT);
    const verify = (publicKey: Uint8Array, signed: Uint8Array, context: string = BLOCK_CONTEXT) =>
      mlDsaVerify(publicKey, message, signed, context);
    expect(verify(new Uint8Array(), signature)).toBe(false);
    expect(verify(key.publicKey, new Uint8Array())).toBe(false);
    expect(verify(key.publicKey, new Uint8Array(3309).fill(255))).toBe(false);
    expect(verify(key.publicKey.slice().fill(255), signature)).toBe(false);
    expect(verify(key.publicKey, signature, 'c'.repeat(256))).toBe(false);
  });
});

describe('ML-KEM-768', () => {
  it('makes a random key pair, or that of a seed', () => {
    expect(kemKeyPair().publicKey).not.toEqual(kemKeyPair().publicKey);
    const seed = new Uint8Array(64).fill(3);
    expect(kemKeyPair(seed)).toEqual(kemKeyPair(seed));
    expect(() => kemKeyPair(new Uint8Array(32))).toThrow(failing('KEY_LENGTH'));
  });

  it('refuses what is no key', () => {
    const key = kemKeyPair();
    expect(() => encapsulate(new Uint8Array(3))).toThrow(failing('KEY_LENGTH'));
    expect(() => encapsulate(new Uint8Array(1184).fill(255))).toThrow(failing('KEY_INVALID'));
    const { ciphertext } = encapsulate(key.publicKey);
    const cut = { ...key, secretKey: key.secretKey.subarray(1) };
    expect(() => decapsulate(cut, ciphertext)).toThrow(failing('KEY_LENGTH'));
    const inconsistent = { ...key, secretKey: new Uint8Array(2400).fill(1) };
    expect(() => decapsulate(inconsistent, ciphertext)).toThrow(failing('KEY_INVALID'));
  });
});
