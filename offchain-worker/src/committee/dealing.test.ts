// SPDX-License-Identifier: Apache-2.0
import { KEY, sealEnvelope } from '@training-ledger/sdk';
import { describe, expect, it } from 'vitest';
import { openDealing } from './check-dealing.ts';
import { collectivePublicKey } from './collective-key.ts';
import { dealtCommittee, EPOCH, readyCommittee, refusal } from './committee.test.helper.ts';
import { deal, shareContext } from './dealing.ts';
import { encodeEvidence, judge } from './judge.ts';
import { keyRing } from './key-ring.ts';
import { polynomialBytes, writePolynomial } from './limb-bits.ts';
import { memberKey, parseMemberKey } from './member-key.ts';
import { sealOfKeys } from './seal.test.helper.ts';

const HEADER = 44;
const committee = dealtCommittee(3, 2);
const [first, second] = committee.dealings as [Uint8Array, Uint8Array];
const polynomial = polynomialBytes(keyRing(), 3);
const envelope = (first.length - HEADER - 4 * polynomial) / 3;
const envelopeAt = (member: number): number => HEADER + 4 * polynomial + (member - 1) * envelope;

/** A copy with bytes replaced. */
function changed(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

/** The first member's dealing, with another payload for the second. */
function dealtWith(payload: Uint8Array): Uint8Array {
  const bytes = first.slice();
  const sealed = sealEnvelope(payload, [committee.kemPublicKeys[1] as Uint8Array]);
  bytes.set(sealed.subarray(0, envelope), envelopeAt(2));
  return bytes;
}

/** The dealing in which the second member's share is wrong in one residue. */
function wrongShare(): Uint8Array {
  const { value } = openDealing(first, committee.opening(1, 2));
  value[5] = ((value[5] as number) + 1) % KEY.primes[0];
  const packed = writePolynomial(keyRing(), value);
  return dealtWith(Buffer.concat([shareContext(committee, 1, 2), packed]));
}

/** A judgement of the second member's complaint about the first. */
const judged = (dealing: Uint8Array, evidence: Uint8Array, accuser = 2) =>
  judge({
    base: committee.base,
    epoch: committee.epoch,
    threshold: committee.threshold,
    members: committee.members,
    dealer: 1,
    dealing,
    accuser,
    accuserKey: committee.kemPublicKeys[accuser - 1] as Uint8Array,
    evidence,
  });
const evidence = encodeEvidence(committee.seeds[1] as Uint8Array);

describe('dealings', () => {
  it('all members get the same public key, which SEAL reads', async () => {
    const { publicKey } = readyCommittee(3, 2);
    const { seal, context, save } = await sealOfKeys();
    const own = save(new seal.KeyGenerator(context).createPublicKey());
    expect(publicKey.length).toBe(own.length);
    expect(publicKey.subarray(0, 113)).toEqual(own.subarray(0, 113));
    const loaded = new seal.PublicKey();
    loaded.loadFromArray(context, publicKey);
    expect(save(loaded)).toEqual(publicKey);
    expect(collectivePublicKey(committee)).toEqual(collectivePublicKey(committee));
  });

  it('a dealing is another one each time', () => {
    expect(deal({ ...committee, dealer: 1 })).not.toEqual(first);
  });

  it('the key takes the dealings of all members in order', () => {
    const { dealings, base, epoch, threshold } = committee;
    const key = (files: readonly Uint8Array[]) =>
      refusal(() => collectivePublicKey({ base, epoch, threshold, dealings: files }));
    expect(key([...dealings].reverse()).code).toBe('DEALING_MALFORMED');
    expect(key(dealings.slice(0, 2)).code).toBe('DEALING_MALFORMED');
    expect(key([]).code).toBe('COMMITTEE_INVALID');
    expect(key([first, first, first])).toEqual({ code: 'DEALING_MALFORMED', member: 2 });
  });

  it.each([
    ['cut', first.slice(0, -1)],
    ['longer', new Uint8Array([...first, 0])],
    ['empty', new Uint8Array()],
    ['of another format', changed(first, 3, 0x32)],
    ['of another member', changed(first, 4, 2)],
    ['of a committee of another size', changed(first, 5, 4)],
    ['of another threshold', changed(first, 6, 3)],
    ['with padding', changed(first, 7, 1)],
    ['of another epoch', changed(first, 8, EPOCH + 1)],
    ['of another base model', changed(first, 12, 0)],
    [
      'with a residue that is not below its prime',
      changed(first, HEADER, 255, 255, 255, 255, 255, 255),
    ],
  ])('refuses a dealing that is %s, and the judge needs no evidence', (_, bytes) => {
    expect(refusal(() => openDealing(bytes, committee.opening(1, 2)))).toEqual({
      code: 'DEALING_MALFORMED',
      member: 1,
    });
    expect(judged(bytes, new Uint8Array())).toMatchObject({ fault: 'dealer', member: 1 });
  });

  it('names the dealer of a wrong share, and so does the judge', () => {
    const bytes = wrongShare();
    const refused = { code: 'SHARE_INVALID', member: 1 };
    expect(refusal(() => openDealing(bytes, committee.opening(1, 2)))).toEqual(refused);
    // The others' shares are right.
    expect(refusal(() => openDealing(bytes, committee.opening(1, 3)))).toEqual({});
    expect(judged(bytes, evidence)).toMatchObject({ fault: 'dealer', member: 1 });
  });

  it.each([0, 1, 2, 3])('names the dealer whose public relation %i was changed', (index) => {
    const bytes = changed(first, HEADER + index * polynomial + 100, 1, 2, 3);
    const refused = { code: 'SHARE_INVALID', member: 1 };
    expect(refusal(() => openDealing(bytes, committee.opening(1, 2)))).toEqual(refused);
    expect(refusal(() => openDealing(bytes, committee.opening(1, 3)))).toEqual(refused);
    expect(judged(bytes, evidence)).toMatchObject({ fault: 'dealer', member: 1 });
  });

  it('names the dealer of an envelope that does not open or holds something else', () => {
    const context = shareContext(committee, 1, 2);
    const { value } = openDealing(first, committee.opening(1, 2));
    const share = writePolynomial(keyRing(), value);
    const beyond = share.slice();
    beyond.fill(255, 0, 6);
    const foreign = second.slice(envelopeAt(2), envelopeAt(2) + envelope);
    const copied = first.slice();
    copied.set(foreign, envelopeAt(2));
    const exchanged = first.slice();
    exchanged.set(first.subarray(envelopeAt(3), envelopeAt(3) + envelope), envelopeAt(2));
    const files = [
      changed(first, envelopeAt(2) + envelope - 1, 0, 0),
      changed(first, envelopeAt(2), 0),
      // Two readers, and as much less payload.
      changed(first, envelopeAt(2) + 4, 2),
      dealtWith(Buffer.concat([shareContext(committee, 1, 3), share])),
      dealtWith(Buffer.concat([context, beyond])),
      copied,
      exchanged,
    ];
    for (const bytes of files) {
      expect(refusal(() => openDealing(bytes, committee.opening(1, 2)))).toEqual({
        code: 'SHARE_INVALID',
        member: 1,
      });
      expect(judged(bytes, evidence)).toMatchObject({ fault: 'dealer', member: 1 });
    }
  });

  it('the judge names who accuses falsely', () => {
    const foreign = encodeEvidence(committee.seeds[2] as Uint8Array);
    const wrong = wrongShare();
    expect(judged(first, evidence)).toMatchObject({ fault: 'accuser', member: 2 });
    for (const proof of [foreign, evidence.slice(1), changed(evidence, 0, 0), new Uint8Array()]) {
      expect(judged(wrong, proof)).toMatchObject({ fault: 'accuser', member: 2 });
    }
    // The third member's share is right.
    expect(judged(wrong, foreign, 3)).toMatchObject({ fault: 'accuser', member: 3 });
    expect(refusal(() => judged(wrong, foreign, 4)).code).toBe('COMMITTEE_INVALID');
  });

  it('refuses committees that cannot be', () => {
    const { base, epoch, kemPublicKeys: keys } = committee;
    const [one, two] = keys as [Uint8Array, Uint8Array];
    const sound = { base, epoch, threshold: 2, dealer: 1, kemPublicKeys: keys };
    const options = [
      { ...sound, threshold: 1 },
      { ...sound, threshold: 4 },
      { ...sound, threshold: 2.5 },
      { ...sound, dealer: 0 },
      { ...sound, dealer: 4 },
      { ...sound, epoch: -1 },
      { ...sound, epoch: 2 ** 32 },
      { ...sound, base: '0x00' as const },
      { ...sound, kemPublicKeys: [one] },
      { ...sound, kemPublicKeys: [one, two, one] },
      { ...sound, kemPublicKeys: Array.from({ length: 8 }, () => one) },
    ];
    for (const option of options) {
      expect(refusal(() => deal(option)).code).toBe('COMMITTEE_INVALID');
    }
  });

  it('names the member whose one-time key is not one', () => {
    const kemPublicKeys = [...committee.kemPublicKeys];
    for (const key of [new Uint8Array(5), new Uint8Array(1184).fill(255)]) {
      kemPublicKeys[2] = key;
      expect(refusal(() => deal({ ...committee, kemPublicKeys, dealer: 1 }))).toEqual({
        code: 'MEMBER_KEY_INVALID',
        member: 3,
      });
    }
  });
});

describe("members' keys", () => {
  const shares = committee.dealings.map((bytes, i) =>
    openDealing(bytes, committee.opening(i + 1, 2)),
  );
  const bytes = memberKey(shares);

  it('come from one share of each dealing', () => {
    expect(parseMemberKey(bytes)).toMatchObject({ position: 2, members: 3, threshold: 2 });
    const third = openDealing(first, committee.opening(1, 3));
    for (const wrong of [[], shares.slice(1), [...shares].reverse(), [third, ...shares.slice(1)]]) {
      expect(refusal(() => memberKey(wrong)).code).toBe('COMMITTEE_INVALID');
    }
  });

  it('are refused when they are not well formed', () => {
    const files = [
      bytes.slice(1),
      new Uint8Array([...bytes, 0]),
      new Uint8Array(),
      changed(bytes, 0, 0),
      changed(bytes, 4, 0),
      changed(bytes, 4, 4),
      changed(bytes, 5, 8),
      changed(bytes, 6, 1),
      changed(bytes, 7, 1),
      changed(bytes, HEADER, 255, 255, 255, 255, 255, 255),
    ];
    for (const file of files) {
      expect(refusal(() => parseMemberKey(file)).code).toBe('MEMBER_KEY_MALFORMED');
    }
  });
});
