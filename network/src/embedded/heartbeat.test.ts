// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { Heartbeat } from './heartbeat.ts';

class Chain {
  height = 0;
  attempts = 0;
  building = 0;
  mostAtOnce = 0;
  duration = 0;
  failures = 0;

  async newBlock(): Promise<void> {
    this.attempts += 1;
    this.building += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.building);
    await sleep(this.duration);
    this.building -= 1;
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('the block failed');
    }
    this.height += 1;
  }
}

let heartbeat: Heartbeat | undefined;
afterEach(async () => heartbeat?.stop());

test('a quiet chain gets blocks', async () => {
  const chain = new Chain();
  heartbeat = new Heartbeat(chain, 5);
  await expect.poll(() => chain.height).toBeGreaterThan(2);
});

test('a busy chain gets none', async () => {
  const chain = new Chain();
  heartbeat = new Heartbeat(chain, 20);
  for (let i = 0; i < 30; i++) {
    chain.height += 1;
    await sleep(5);
  }
  expect(chain.attempts).toBeLessThanOrEqual(2);
});

test('two blocks are never built at once, however slow they are', async () => {
  const chain = new Chain();
  chain.duration = 30;
  heartbeat = new Heartbeat(chain, 1);
  await expect.poll(() => chain.height).toBeGreaterThan(3);
  expect(chain.mostAtOnce).toBe(1);
});

test('a block that fails is tried again', async () => {
  const chain = new Chain();
  chain.failures = 2;
  heartbeat = new Heartbeat(chain, 2);
  await expect.poll(() => chain.height).toBeGreaterThan(0);
});

test('stopping waits for the block that is being made and makes no other', async () => {
  const chain = new Chain();
  chain.duration = 40;
  const stopping = new Heartbeat(chain, 1);
  await expect.poll(() => chain.building).toBe(1);
  await stopping.stop();
  expect(chain.building).toBe(0);
  const { attempts } = chain;
  await sleep(60);
  expect(chain.attempts).toBe(attempts);
});

test('a slow chain rests as long as it works', async () => {
  vi.useFakeTimers();
  try {
    let height = 0;
    const newBlock = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      height += 1;
    };
    const chain = {
      get height() {
        return height;
      },
      newBlock,
    };
    heartbeat = new Heartbeat(chain, 10);
    await vi.advanceTimersByTimeAsync(5_000);
    // The first one after 10 ms, then one every 200 ms.
    expect(height).toBe(25);
    await heartbeat.stop();
  } finally {
    vi.useRealTimers();
  }
});
