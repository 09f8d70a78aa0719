// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from 'vitest';
import { CIPHERTEXT_HEADER_BYTES } from './parameters.ts';
import { Bfv, type BfvKeyPair, CIPHERTEXT_BYTES, SLOTS } from './seal.ts';

let bfv: Bfv;
let keys: BfvKeyPair;
const encrypt = (...values: bigint[]): Uint8Array =>
  bfv.encrypt(keys.publicKey, [BigInt64Array.from(values)]);
const code = (value: string) => expect.objectContaining({ code: value });

beforeAll(async () => {
  bfv = await Bfv.load();
  keys = bfv.generateKeys();
});

describe('BFV', () => {
  it('decrypts what it encrypted, with zeros in the slots left', () => {
    const [slots] = bfv.decrypt(keys.secretKey, encrypt(1n, -2n, 3n << 40n), 1);
    expect(slots?.slice(0, 4)).toEqual(BigInt64Array.from([1n, -2n, 3n << 40n, 0n]));
    expect(slots).toHaveLength(SLOTS);
  });

  it('adds exactly, also a thousand times over', () => {
    const ciphertext = encrypt(-7n, 1n << 43n);
    using sum = bfv.sum(1);
    for (let i = 0; i < 1_024; i++) sum.add(ciphertext);
    const [slots] = bfv.decrypt(keys.secretKey, sum.bytes(), 1);
    expect(slots?.slice(0, 2)).toEqual(BigInt64Array.from([-7n * 1_024n, 1n << 53n]));
  });

  it('gives the same sum whatever the order', () => {
    const parts = [encrypt(1n), encrypt(2n), encrypt(3n)];
    const add = (all: Uint8Array[]): Uint8Array => {
      using sum = bfv.sum(1);
      for (const part of all) sum.add(part);
      return sum.bytes();
    };
    expect(add(parts)).toEqual(add([...parts].reverse()));
  });

  it('never makes the same ciphertext twice', () => {
    expect(encrypt(5n)).not.toEqual(encrypt(5n));
  });

  it('loads once a process', async () => {
    expect(await Bfv.load()).toBe(bfv);
  });
});

describe('unsound ciphertexts are refused', () => {
  const refused = (change: (bytes: Uint8Array) => Uint8Array | undefined): void => {
    const bytes = encrypt(1n);
    const changed = change(bytes) ?? bytes;
    using sum = bfv.sum(1);
    expect(() => sum.add(changed)).toThrow(code('CIPHERTEXT_MALFORMED'));
    expect(() => sum.bytes()).toThrow(code('TOO_FEW_CONTRIBUTORS'));
  };

  it('of another length', () => {
    refused((bytes) => bytes.slice(1));
    refused(() => new Uint8Array());
    refused((bytes) => Uint8Array.from([...bytes, 0]));
  });

  it('with any byte of the header changed: sizes, compression, form, parameters', () => {
    for (let at = 0; at < CIPHERTEXT_HEADER_BYTES; at++) {
      refused((bytes) => {
        bytes[at] = (bytes[at] as number) ^ 1;
        return bytes;
      });
    }
  });

  it('with a coefficient above its prime', () => {
    refused((bytes) => bytes.fill(0xff, CIPHERTEXT_HEADER_BYTES, CIPHERTEXT_HEADER_BYTES + 8));
  });

  it('that hide nothing', () => {
    refused((bytes) =>
      bytes.fill(0, CIPHERTEXT_HEADER_BYTES + (CIPHERTEXT_BYTES - CIPHERTEXT_HEADER_BYTES) / 2),
    );
  });

  it('made to cancel the ones before them, and the sum stays as it was', () => {
    const before = encrypt(1n);
    const view = new DataView(before.slice().buffer);
    using probe = bfv.sum(1);
    probe.add(before);
    // Negates every coefficient: the primes are the smallest numbers that SEAL refuses in each place.
    const words = (CIPHERTEXT_BYTES - CIPHERTEXT_HEADER_BYTES) / 8;
    const primes = primesOf();
    for (let i = 0; i < words; i++) {
      const at = CIPHERTEXT_HEADER_BYTES + 8 * i;
      const prime = primes[Math.floor(i / SLOTS) % 2] as bigint;
      const word = view.getBigUint64(at, true);
      view.setBigUint64(at, word === 0n ? 0n : prime - word, true);
    }
    expect(() => probe.add(new Uint8Array(view.buffer))).toThrow(code('CIPHERTEXT_MALFORMED'));
    expect(probe.bytes()).toEqual(before);
  });

  it('under another key, when they are opened', () => {
    const other = bfv.generateKeys();
    expect(() => bfv.decrypt(other.secretKey, encrypt(1n), 1)).toThrow(code('BFV_FAILED'));
  });

  it('in part: an update of two ciphertexts is added as a whole or not at all', () => {
    const good = Buffer.concat([encrypt(1n), encrypt(2n)]);
    const bad = Buffer.from(good).fill(
      0xff,
      CIPHERTEXT_BYTES + CIPHERTEXT_HEADER_BYTES,
      CIPHERTEXT_BYTES + 200,
    );
    using sum = bfv.sum(2);
    sum.add(good);
    expect(() => sum.add(bad)).toThrow(code('CIPHERTEXT_MALFORMED'));
    expect(sum.bytes()).toEqual(new Uint8Array(good));
  });
});

describe('unsound keys are refused', () => {
  it('as public keys', () => {
    expect(() => bfv.checkPublicKey(keys.secretKey)).toThrow(code('KEY_MALFORMED'));
    expect(() => bfv.encrypt(keys.publicKey.slice(1), [])).toThrow(code('KEY_MALFORMED'));
    const changed = keys.publicKey.slice().fill(0xff, 113, 121);
    expect(() => bfv.encrypt(changed, [new BigInt64Array(1)])).toThrow(code('KEY_MALFORMED'));
  });

  it('as secret keys', () => {
    expect(() => bfv.decrypt(keys.publicKey, encrypt(1n), 1)).toThrow(code('KEY_MALFORMED'));
  });
});

it('more values than slots are refused', () => {
  expect(() => bfv.encrypt(keys.publicKey, [new BigInt64Array(SLOTS + 1)])).toThrow(
    code('UPDATE_OUT_OF_RANGE'),
  );
});

/** The two 46-bit primes of the modulus, found by which words SEAL takes. */
function primesOf(): readonly bigint[] {
  const template = encrypt(1n);
  return [0, 1].map((limb) => {
    let [low, high] = [0n, 1n << 46n];
    while (low < high) {
      const middle = (low + high) >> 1n;
      const bytes = template.slice();
      new DataView(bytes.buffer).setBigUint64(
        CIPHERTEXT_HEADER_BYTES + 8 * SLOTS * limb,
        middle,
        true,
      );
      using sum = bfv.sum(1);
      try {
        sum.add(bytes);
        low = middle + 1n;
      } catch {
        high = middle;
      }
    }
    return low;
  });
}
