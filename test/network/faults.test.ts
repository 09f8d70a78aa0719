// SPDX-License-Identifier: Apache-2.0
// Faults of the real network's nodes. The embedded network has no nodes that could fail.
import { setTimeout as sleep } from 'node:timers/promises';
import { type AttachedNetwork, ask, readHeights } from '@training-ledger/scripts';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FINAL, IN_BLOCK, isReal, realNetwork } from './network-under-test.ts';

/** Milliseconds that GRANDPA takes to end a round that had its votes already. */
const ROUND = 6_000;
const MINUTE = 60_000;

describe.runIf(isReal)('faults', () => {
  let network: AttachedNetwork;
  const best = async (endpoint: string): Promise<number> => (await readHeights(endpoint)).best;
  const finalised = async (endpoint: string): Promise<number> =>
    (await readHeights(endpoint)).finalised;
  const hashAt = (endpoint: string, number: number): Promise<string> =>
    ask(endpoint, 'chain_getBlockHash', [number]);

  beforeAll(async () => {
    network = await realNetwork();
  });
  afterEach(async () => {
    for (const { name, state } of await network.status()) {
      if (state === 'paused') await network.resume(name);
      if (state === 'ended') await network.restart(name);
    }
  });

  test('a killed collator is gone, the other goes on, and after a restart nothing final is lost', async () => {
    const [ledger, sibling] = [network.chain(1000), network.chain(2000)];
    const height = await finalised(ledger.endpoint);
    const hash = await hashAt(ledger.endpoint, height);
    await network.kill(ledger.node);
    await expect(readHeights(ledger.endpoint)).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
    const other = await best(sibling.endpoint);
    await expect.poll(() => best(sibling.endpoint), { timeout: IN_BLOCK }).toBeGreaterThan(other);

    await network.restart(ledger.node);
    const again = (): Promise<number> => finalised(ledger.endpoint).catch(() => 0);
    await expect.poll(again, { timeout: 2 * FINAL }).toBeGreaterThan(height);
    expect(await hashAt(ledger.endpoint, height)).toBe(hash);
  }, 600_000);

  test('while one of two validators stands still nothing is final, and then everything is', async () => {
    const paused = network.nodes[1]?.name as string;
    await network.pause(paused);
    await sleep(ROUND);
    const before = await readHeights(network.relayEndpoint);
    await sleep(MINUTE);
    const meanwhile = await readHeights(network.relayEndpoint);
    // The other validator makes blocks in its own slots.
    expect(meanwhile.best).toBeGreaterThan(before.best);
    expect(meanwhile.finalised).toBe(before.finalised);

    await network.resume(paused);
    await expect
      .poll(() => finalised(network.relayEndpoint), { timeout: FINAL })
      .toBeGreaterThan(meanwhile.best);
    const { endpoint } = network.chain(1000);
    const height = await finalised(endpoint);
    await expect
      .poll(() => finalised(endpoint), { timeout: 2 * FINAL })
      .toBeGreaterThan(height + 1);
  }, 900_000);

  test('a paused node answers nothing and keeps what it knew', async () => {
    const { node, endpoint } = network.chain(2000);
    const height = await best(endpoint);
    await network.pause(node);
    await expect(readHeights(endpoint)).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
    await network.resume(node);
    await expect.poll(() => best(endpoint), { timeout: FINAL }).toBeGreaterThan(height);
  }, 400_000);

  test('what does not fit a node is refused', async () => {
    await expect(network.pause('nobody')).rejects.toMatchObject({ code: 'NODE_UNKNOWN' });
    await expect(network.resume('alice')).rejects.toMatchObject({ code: 'NODE_STATE' });
  });
});
