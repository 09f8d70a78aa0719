// SPDX-License-Identifier: GPL-3.0-only
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CircuitId, ownershipStatement } from '@training-ledger/protocol/statements';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { developmentKeys, readKeyFile } from '../keys.ts';
import { stopCurve } from '../testing/constraints.ts';
import {
  type CircuitBytes,
  createPortableProver,
  type PortableProverOptions,
} from './portable-prover.ts';
import type { Prover } from './prover.ts';

const code = (value: string) => expect.objectContaining({ name: 'ProverError', code: value });
const statement = ownershipStatement(1n, 2n);
const { circuits } = await developmentKeys.manifest();

async function load(circuit: CircuitId): Promise<CircuitBytes> {
  const folder = join(developmentKeys.directory, circuit);
  const [wasm, zkey, json] = await Promise.all([
    readKeyFile(join(folder, 'circuit.wasm')),
    readKeyFile(join(folder, 'circuit.zkey')),
    readFile(join(folder, 'verification_key.json'), 'utf8'),
  ]);
  return { wasm, zkey, verificationKey: JSON.parse(json) };
}
const pinned = (circuit: CircuitId) => {
  const files = circuits[circuit]?.files;
  return { wasm: files?.['circuit.wasm'] ?? '', zkey: files?.['circuit.zkey'] ?? '' };
};

let prover: Prover;
const open = (options: Partial<PortableProverOptions> = {}): Prover => {
  prover = createPortableProver({ load, pinned, ...options });
  return prover;
};
afterEach(() => prover.close());
afterAll(stopCurve);

describe('a prover in the calling process', () => {
  it('proves what the others prove', async () => {
    const phases: string[] = [];
    const proved = await open().prove(statement, { onProgress: (phase) => phases.push(phase) });
    expect(phases).toEqual(['waiting', 'witness', 'proof']);
    expect(proved.publicInputs).toEqual(statement.publicInputs);
    expect(await prover.verify(proved)).toBe(true);
    const publicInputs = proved.publicInputs.with(0, 9n);
    expect(await prover.verify({ ...proved, publicInputs })).toBe(false);
  });

  it('fails for what does not hold, and for other keys', async () => {
    const forged = { ...statement, inputs: { ...statement.inputs, secret: 3n } };
    await expect(open().prove(forged)).rejects.toEqual(code('WITNESS_INVALID'));
    const changed = async (circuit: CircuitId) => {
      const files = await load(circuit);
      return { ...files, zkey: files.zkey.with(100, 1 + (files.zkey[100] as number)) };
    };
    await expect(open({ load: changed }).prove(statement)).rejects.toEqual(code('KEYS_INVALID'));
    const missing = () => Promise.reject(new Error('not found'));
    await expect(open({ load: missing }).prove(statement)).rejects.toEqual(code('KEYS_INVALID'));
  });

  it('is bounded, cancelled and closed like the others', async () => {
    open({ queueLimit: 1 });
    const controller = new AbortController();
    const running = prover.prove(statement, { signal: controller.signal });
    const waiting = prover.prove(statement);
    await expect(prover.prove(statement)).rejects.toEqual(code('QUEUE_FULL'));
    controller.abort();
    await expect(running).rejects.toEqual(code('CANCELLED'));
    expect(await prover.verify(await waiting)).toBe(true);
    const last = prover.prove(statement);
    await prover.close();
    await expect(last).rejects.toEqual(code('CLOSED'));
  });
});
