// SPDX-License-Identifier: Apache-2.0
// A runtime upgrade on a real relay chain: its validators check the new code and give the sign, and the collator goes on with it. It has
// a network of its own, with one ledger, of the first release: the other suites need their ledgers as they are.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runtimeWasmPath } from '@training-ledger/runtime-types/files';
import { RealNetwork, readTopology, upgradeRuntime } from '@training-ledger/scripts';
import { MemoryContentStore } from '@training-ledger/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failing, newIdentity, TestLedger } from '../sdk/ledger.ts';
import { prefixOf, snapshot, writeFirstSpec } from '../upgrade/first-release.ts';
import { isReal } from './network-under-test.ts';

const PARA = 1000;
const MINUTES = 60_000;

describe.runIf(isReal)('a runtime upgrade', () => {
  let network: RealNetwork;
  let ledger: TestLedger;
  let remove: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    const spec = await writeFirstSpec(PARA);
    remove = spec.remove;
    const { relay, parachains, timeout } = await readTopology();
    const [chain] = parachains.filter(({ id }) => id === PARA);
    if (chain === undefined) throw new Error(`The topology has no parachain ${PARA}.`);
    network = await RealNetwork.start({
      topology: {
        timeout,
        relay,
        parachains: [{ ...chain, specPath: spec.file }],
      },
    });
    const { endpoint } = network.chain(PARA);
    ledger = await TestLedger.on(
      { endpoint, nextBlock: async () => {}, stop: async () => {} },
      1,
      new MemoryContentStore(),
    );
  }, 15 * MINUTES);

  afterAll(async () => {
    await ledger?.stop();
    await network?.stop();
    await remove?.();
  }, MINUTES);

  test('by anyone but sudo is refused', { timeout: 5 * MINUTES }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'training-ledger-suri-'));
    try {
      const suriFile = join(folder, 'suri');
      await writeFile(suriFile, '//Bob');
      const wasm = new Uint8Array(await readFile(runtimeWasmPath));
      const { endpoint } = network.chain(PARA);
      await expect(upgradeRuntime({ endpoint, wasm, suriFile })).rejects.toMatchObject({
        ...failing('UPGRADE_REFUSED'),
        details: 'sudo.RequireSudo',
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('loses nothing that was recorded, and the chain goes on', {
    timeout: 25 * MINUTES,
  }, async () => {
    const base = await ledger.registerBase();
    const [user] = ledger.users as [TestLedger['owner']];
    const model = await ledger.fork(user, base);
    const { api } = ledger.owner.chain;
    const before = await snapshot(api);
    const { endpoint } = network.chain(PARA);

    const wasm = new Uint8Array(await readFile(runtimeWasmPath));
    const report = await upgradeRuntime({ endpoint, wasm });

    expect([report.from.specVersion, report.to.specVersion]).toEqual([1, 2]);
    expect(report.migrations).toBe(1);
    await expect
      .poll(() => api.runtimeVersion.specVersion.toNumber(), { timeout: MINUTES })
      .toBe(2);
    const after = await snapshot(api);
    const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
      (key) => before.get(key) !== after.get(key),
    );
    expect(changed.filter((key) => !key.startsWith(prefixOf('Committee')))).toEqual([]);
    const record = await user.chain.query('userModels', 'userModels', model.id);
    expect(record?.owner).toBe(user.context.identity.account.address);

    // The collator makes blocks with the new code, and the relay chain accepts them.
    const newcomer = ledger.owner.as(newIdentity());
    await ledger.fund([newcomer]);
    expect((await ledger.fork(newcomer, base)).shape).toEqual(model.shape);
  });
});
