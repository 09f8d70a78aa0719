// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { LEAST_NODE, nodeProblem } from './node-version.ts';

const OLD = ['0.12.18', '18.20.8', '20.20.2', '21.7.3', '22.0.0', '22.11.0'];
const NEW = [LEAST_NODE, '22.20.1', '23.0.0', '24.0.0', '26.1.0-nightly', '100.0.0'];

afterEach(() => vi.unstubAllGlobals());

it('says what an old Node lacks in one line', () => {
  for (const version of OLD) {
    const problem = nodeProblem(version);
    expect(problem).toContain(`Training Ledger needs Node 22.12 or newer; this is ${version}.`);
    expect(problem).not.toContain('\n');
  }
});

it('has nothing to say of the least version, newer ones and the one that runs this', () => {
  for (const version of NEW) expect(nodeProblem(version)).toBeUndefined();
  expect(nodeProblem()).toBeUndefined();
});

it('has nothing to say where there is no Node', async () => {
  vi.resetModules();
  for (const process of [undefined, {}, { versions: {} }]) {
    vi.stubGlobal('process', process);
    expect(nodeProblem()).toBeUndefined();
  }
});

it('stops a package from loading on an old Node', async () => {
  vi.resetModules();
  vi.stubGlobal('process', { ...process, versions: { node: '20.1.0' } });
  await expect(import('./require-node.ts')).rejects.toThrow('this is 20.1.0.');
});

it('is the version that `engines` names', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(engines.node).toBe(`>=${LEAST_NODE}`);
});
