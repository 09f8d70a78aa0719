// SPDX-License-Identifier: Apache-2.0
// Waiting for the chain's state.
import { LedgerChain, toHex, waitForCommitteeKey, waitForState } from '@training-ledger/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCommittee } from '../committee.ts';
import { Relay } from '../relay.ts';
import { failing, TestLedger } from './ledger.ts';

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await TestLedger.start(1);
});

afterAll(() => ledger?.stop());

describe('waiting for state', () => {
  it('ends with what is there, or with what comes, also while there was no connection', async () => {
    const relay = await new Relay(ledger.endpoint).open();
    const chain = await LedgerChain.connect(relay.endpoint);
    try {
      const base = await ledger.registerBase();
      await ledger.formCommittee(base);
      const model = () => chain.query('userModels', 'baseModels', base);
      expect(await waitForState(chain, model)).toMatchObject({ generation: 0 });
      const opened = waitForState(chain, () => chain.query('zkpot', 'currentRound', base));
      let isOpen = false;
      opened.then(() => {
        isOpen = true;
      });
      await relay.cut();
      await expect.poll(() => chain.api.isConnected).toBe(false);
      await ledger.owner.openRound(base).submit();
      expect(isOpen).toBe(false);
      await relay.open();
      expect(await opened).toBe(0);
    } finally {
      await chain.disconnect();
      await relay.cut();
    }
  });

  it('ends with its signal, and with what reading fails with', async () => {
    const { chain } = ledger.owner;
    const controller = new AbortController();
    const never = waitForState(chain, async () => undefined, controller);
    const reason = new Error('no longer needed');
    controller.abort(reason);
    await expect(never).rejects.toBe(reason);
    const failure = new Error('not readable');
    await expect(waitForState(chain, () => Promise.reject(failure))).rejects.toBe(failure);
  });
});

describe("waiting for a committee's key", () => {
  it('ends when all members have confirmed it', async () => {
    const base = await ledger.registerBase();
    const { chain } = ledger.owner;
    const waiting = waitForCommitteeKey(chain, base);
    const key = await ledger.formCommittee(base).then(() => ledger.owner.committeeKey(base));
    const { publicKey, status } = await waiting;
    expect(status.type).toBe('Ready');
    expect(await ledger.owner.context.store.get(publicKey as `0x${string}`)).toEqual(key);
  });

  it('fails if a member complains about a dealing', async () => {
    const base = await ledger.registerBase();
    const waiting = waitForCommitteeKey(ledger.owner.chain, base);
    waiting.catch(() => {});
    const committee = new TestCommittee(ledger.owner, base, ledger.members, 2);
    await committee.form();
    await committee.dealOut();
    const [dealer, accuser] = committee.members as [
      (typeof committee.members)[number],
      (typeof committee.members)[number],
    ];
    const evidence = toHex(new Uint8Array(32));
    await committee.call(accuser.client, 'complain', { base, dealer: dealer.address, evidence });
    await expect(waiting).rejects.toMatchObject(failing('COMMITTEE_NOT_READY'));
  });
});
