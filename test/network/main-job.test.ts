// SPDX-License-Identifier: Apache-2.0
// The whole main job on the chosen network: from forks to a sealed block, an opened sum, a generation, rewards and an export.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Progress, runMainJob } from '@training-ledger/scripts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isChosen, type NetworkUnderTest, networkUnderTest } from './network-under-test.ts';

describe.skipIf(!isChosen)('the main job', () => {
  let folder: string;
  let network: NetworkUnderTest;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'main-job-'));
    network = await networkUnderTest();
  });
  afterAll(async () => {
    await network?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('trains, seals, opens, pays and exports', { timeout: 1_800_000 }, async () => {
    const exportFile = join(folder, 'export.json');
    const chains = [{ paraId: 1000, endpoint: network.endpoint(1000) }];
    const startNetwork = async () => ({ chains, stop: async () => {} });
    const options = { users: 2, rounds: 1, seed: 1, exportFile, startNetwork };
    const report = await runMainJob(options, new Progress());
    expect(report.accuracy.after).toBeGreaterThan(report.accuracy.before);
    expect(report.blocks).toHaveLength(1);
    expect(report.operations.map(({ reward }) => reward > 0)).toEqual([true, true]);
    expect(report.refused.length).toBeGreaterThanOrEqual(4);
    expect(report.exported.sealedOps).toBe(1);
    expect((await readFile(exportFile)).length).toBeGreaterThan(1_000);
  });
});
