// SPDX-License-Identifier: GPL-3.0-only
// Keys that do not ship: made once, as pinned, and as good as those that do.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CIRCUITS,
  type CircuitId,
  PUBLIC_INPUTS,
  toField,
  UNSHIPPED_CIRCUITS,
  verifyGroth16,
} from '@training-ledger/protocol/statements';
import { trueLargeStatements } from '@training-ledger/protocol/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureKeys } from '../ensure-keys.ts';
import { cachedFolder, developmentKeys, keysOfCircuit, unshippedKeys } from '../keys.ts';
import { findNativeProver, PROVER_VARIABLE } from '../prover/native.ts';
import { BACKENDS } from '../testing/backends.ts';
import { stopCurve } from '../testing/constraints.ts';
import { sourceHash } from './manifest.ts';
import { isCached, readUnshipped } from './unshipped.ts';

const native = findNativeProver();
const ID: CircuitId = 'zkpot-16x8x4';

describe('the pinned keys that do not ship', () => {
  it.each(UNSHIPPED_CIRCUITS)('%s is of the sources', async (id) => {
    expect((await readUnshipped())[id]?.sources).toBe(await sourceHash(id));
  });

  it('are no others', async () => {
    const manifest = await unshippedKeys.manifest();
    expect(manifest.kind).toBe('development');
    expect(Object.keys(manifest.circuits).sort()).toEqual([...UNSHIPPED_CIRCUITS].sort());
    expect(UNSHIPPED_CIRCUITS.filter((id) => CIRCUITS.includes(id))).toEqual([]);
  });

  it('are told like those that ship', async () => {
    expect(await keysOfCircuit(ID)).toEqual((await readUnshipped())[ID]);
    expect((await keysOfCircuit('ownership')).constraints).toBe(495);
    await expect(keysOfCircuit('zkpot-3x2')).rejects.toThrow(/no key of zkpot-3x2/);
  });

  it('are not made for a circuit that there is not, and those that ship need none', async () => {
    const unknown = 'zkpot-3x2' as CircuitId;
    await expect(ensureKeys(unknown)).rejects.toThrow(
      expect.objectContaining({ code: 'KEYS_UNKNOWN' }),
    );
    await expect(developmentKeys.proving(unknown)).rejects.toThrow(/no key of zkpot-3x2/);
    await ensureKeys('ownership');
  });
});

describe.skipIf(native === undefined)(
  `a key that is made here${native === undefined ? ' (skipped: there is no native prover)' : ''}`,
  () => {
    const statements = trueLargeStatements();
    beforeAll(async () => {
      for (const { circuit } of statements) await ensureKeys(circuit);
    }, 300_000);
    afterAll(stopCurve);

    describe.each(BACKENDS)('with $name', ({ create }) => {
      const prover = create();
      afterAll(() => prover.close());

      it.each(statements)('proves $circuit, bound to its public inputs', async (statement) => {
        const made = await prover.prove(statement);
        expect(made.proof).toHaveLength(128);
        const key = await developmentKeys.verifying(statement.circuit);
        // alpha, beta, gamma, delta, the count, and a point for the constant and each input.
        expect(key).toHaveLength(32 + 3 * 64 + 8 + 32 * 7);
        expect(verifyGroth16(key, made.publicInputs, made.proof)).toBe(true);
        PUBLIC_INPUTS.zkpot.forEach((name, at) => {
          const other = toField((made.publicInputs[at] as bigint) + 1n);
          const changed = made.publicInputs.with(at, other);
          expect(verifyGroth16(key, changed, made.proof), name).toBe(false);
        });
        // Nor is it one of the other circuit.
        for (const { circuit } of statements) {
          const isOwn = circuit === statement.circuit;
          expect(await prover.verify({ ...made, circuit })).toBe(isOwn);
        }
      });
    });

    it('is made again where a file of it was changed', async () => {
      const entry = (await readUnshipped())[ID];
      if (entry === undefined) throw new Error('not pinned');
      const file = join(cachedFolder(ID, entry), 'verification_key.json');
      const before = await readFile(file, 'utf8');
      await writeFile(file, '{}');
      expect(await isCached(ID, entry)).toBe(false);
      const told: string[] = [];
      await ensureKeys(ID, (message) => told.push(message));
      expect(told).toHaveLength(2);
      expect(await readFile(file, 'utf8')).toBe(before);
      // And not where nothing is wrong with it.
      await ensureKeys(ID, (message) => told.push(message));
      expect(told).toHaveLength(2);
    }, 120_000);

    describe('elsewhere', () => {
      const home = mkdtempSync(join(tmpdir(), 'home-'));
      afterAll(() => rmSync(home, { recursive: true }));
      /** The code of what `ensureKeys` throws in a process of its own, whose cache is empty. */
      const attempt = (program: string): string => {
        const script = `
          import { ensureKeys } from ${JSON.stringify(new URL('../ensure-keys.ts', import.meta.url).href)};
          console.log(await ensureKeys('${ID}').then(() => 'made', ({ code }) => code));
          // It ends by itself: nothing keeps it.`;
        const { stdout, stderr } = spawnSync(
          process.execPath,
          ['--conditions=@training-ledger/source', '--input-type=module', '--eval', script],
          {
            encoding: 'utf8',
            cwd: fileURLToPath(new URL('../..', import.meta.url)),
            env: { ...process.env, HOME: home, [PROVER_VARIABLE]: program },
          },
        );
        return stdout.trim() || stderr;
      };

      it('needs the native prover', () => {
        expect(attempt('none')).toBe('KEYS_TOOL_MISSING');
      });

      it('is refused where it comes out as another, and nothing half-made is left', () => {
        const program = join(home, 'program');
        const real = JSON.stringify(native?.file);
        const lines = [
          '#!/bin/sh',
          `if [ "$1" = setup ]; then exec ${real} setup "$2" "$3" other; fi`,
        ];
        writeFileSync(program, [...lines, `exec ${real} "$@"`, ''].join('\n'));
        chmodSync(program, 0o755);
        expect(attempt(program)).toBe('KEYS_FOREIGN');
        const cache = join(home, '.cache', 'training-ledger', 'circuits');
        expect(readdirSync(cache)).toEqual(['keys']);
      }, 120_000);
    });
  },
);
