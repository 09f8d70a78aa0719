// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_READERS, openEnvelope, rewrapEnvelope, sealEnvelope } from './envelope.ts';
import { kemKeyPair } from './kem.ts';

const [alice, bob, carol] = [1, 2, 3].map((byte) => kemKeyPair(new Uint8Array(64).fill(byte))) as [
  ReturnType<typeof kemKeyPair>,
  ReturnType<typeof kemKeyPair>,
  ReturnType<typeof kemKeyPair>,
];
const failing = (code: string) => expect.objectContaining({ code });
const payload = new TextEncoder().encode('what nobody else reads');
const SLOT = 32 + 1088 + 24 + 48;
const HEADER = (readers: number): number => 5 + readers * SLOT + 32;

describe('envelopes', () => {
  it('open for every reader and nobody else', () => {
    const envelope = sealEnvelope(payload, [alice.publicKey, bob.publicKey]);
    expect(openEnvelope(envelope, alice)).toEqual(payload);
    expect(openEnvelope(envelope, bob)).toEqual(payload);
    expect(() => openEnvelope(envelope, carol)).toThrow(failing('ENVELOPE_NOT_FOR_KEY'));
  });

  it('keep any payload', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        expect(openEnvelope(sealEnvelope(bytes, [alice.publicKey]), alice)).toEqual(bytes);
      }),
      { numRuns: 20 },
    );
  });

  it('of the same payload are never the same', () => {
    expect(sealEnvelope(payload, [alice.publicKey])).not.toEqual(
      sealEnvelope(payload, [alice.publicKey]),
    );
  });

  it('have the layout that the file says', () => {
    const envelope = sealEnvelope(payload, [alice.publicKey, bob.publicKey]);
    expect(new TextDecoder().decode(envelope.subarray(0, 4))).toBe('TLE1');
    expect(envelope[4]).toBe(2);
    expect(envelope.length).toBe(HEADER(2) + 24 + payload.length + 16);
  });

  it('show every change of any byte, and give nothing', () => {
    const envelope = sealEnvelope(payload, [alice.publicKey, bob.publicKey]);
    fc.assert(
      fc.property(fc.nat(envelope.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = envelope.slice();
        changed[at] = (changed[at] as number) ^ change;
        expect(() => openEnvelope(changed, alice)).toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^ENVELOPE_/) }),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('show which of their parts was changed', () => {
    const envelope = sealEnvelope(payload, [alice.publicKey, bob.publicKey]);
    const changedAt = (at: number): Uint8Array => {
      const changed = envelope.slice();
      changed[at] = (changed[at] as number) ^ 1;
      return changed;
    };
    const parts: readonly (readonly [string, number, string])[] = [
      ['magic', 0, 'ENVELOPE_MALFORMED'],
      ['own key id', 5, 'ENVELOPE_NOT_FOR_KEY'],
      ['own encapsulation', 5 + 32, 'ENVELOPE_FORGED'],
      ['own wrapped key', 5 + SLOT - 1, 'ENVELOPE_FORGED'],
      ["another reader's slot", 5 + SLOT + 40, 'ENVELOPE_FORGED'],
      ['commitment', HEADER(2) - 1, 'ENVELOPE_FORGED'],
      ['nonce', HEADER(2), 'ENVELOPE_FORGED'],
      ['payload', HEADER(2) + 24, 'ENVELOPE_FORGED'],
      ['tag', envelope.length - 1, 'ENVELOPE_FORGED'],
    ];
    for (const [part, at, code] of parts) {
      expect(() => openEnvelope(changedAt(at), alice), part).toThrow(failing(code));
    }
  });

  it('cut or made of nothing are malformed', () => {
    const envelope = sealEnvelope(new Uint8Array(), [alice.publicKey]);
    for (const length of [0, 3, 5, 100, HEADER(1), envelope.length - 1]) {
      expect(() => openEnvelope(envelope.subarray(0, length), alice)).toThrow(
        failing('ENVELOPE_MALFORMED'),
      );
    }
    const noReaders = envelope.slice();
    noReaders[4] = 0;
    expect(() => openEnvelope(noReaders, alice)).toThrow(failing('ENVELOPE_MALFORMED'));
    const tooMany = new Uint8Array(HEADER(200) + 40);
    tooMany.set(envelope.subarray(0, 4));
    tooMany[4] = 200;
    expect(() => openEnvelope(tooMany, alice)).toThrow(failing('ENVELOPE_MALFORMED'));
  });

  it('of a reader do not open with another secret key', () => {
    const envelope = sealEnvelope(payload, [alice.publicKey]);
    const mixed = { publicKey: alice.publicKey, secretKey: bob.secretKey };
    expect(() => openEnvelope(envelope, mixed)).toThrow(failing('ENVELOPE_FORGED'));
  });

  it('cannot lose or gain readers unnoticed', () => {
    const envelope = sealEnvelope(payload, [alice.publicKey, bob.publicKey]);
    const withoutBob = new Uint8Array([
      ...envelope.subarray(0, 4),
      1,
      ...envelope.subarray(5, 5 + SLOT),
      ...envelope.subarray(5 + 2 * SLOT),
    ]);
    expect(() => openEnvelope(withoutBob, alice)).toThrow(failing('ENVELOPE_FORGED'));
  });

  it('have 1 to 64 readers', () => {
    expect(() => sealEnvelope(payload, [])).toThrow(failing('ENVELOPE_RECIPIENTS'));
    const many = Array<Uint8Array>(MAX_READERS + 1).fill(alice.publicKey);
    expect(() => sealEnvelope(payload, many)).toThrow(failing('ENVELOPE_RECIPIENTS'));
    const envelope = sealEnvelope(payload, [...many.slice(2), bob.publicKey]);
    expect(openEnvelope(envelope, bob)).toEqual(payload);
    expect(() => sealEnvelope(payload, [Uint8Array.of(1)])).toThrow(failing('KEY_LENGTH'));
    expect(() => sealEnvelope(payload, [new Uint8Array(1184).fill(255)])).toThrow(
      failing('KEY_INVALID'),
    );
  });
});

describe('rewrapping', () => {
  it('gives a reader access, and takes that of those left out', () => {
    const envelope = sealEnvelope(payload, [alice.publicKey, bob.publicKey]);
    const rewrapped = rewrapEnvelope(envelope, alice, [alice.publicKey, carol.publicKey]);
    expect(openEnvelope(rewrapped, carol)).toEqual(payload);
    expect(() => openEnvelope(rewrapped, bob)).toThrow(failing('ENVELOPE_NOT_FOR_KEY'));
  });

  it('needs a key that opens', () => {
    const envelope = sealEnvelope(payload, [alice.publicKey]);
    expect(() => rewrapEnvelope(envelope, bob, [bob.publicKey])).toThrow(
      failing('ENVELOPE_NOT_FOR_KEY'),
    );
  });
});
