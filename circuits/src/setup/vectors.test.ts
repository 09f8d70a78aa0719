// SPDX-License-Identifier: GPL-3.0-only
// The known answers: the reference model still gives those in the files, and so does a program that shares no code with it.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countCorrect, poseidon, type Sample, scores } from '@training-ledger/protocol/statements';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vectorFiles } from './vector-data.ts';

const VECTORS = fileURLToPath(new URL('../../vectors', import.meta.url));
const read = (name: string) => JSON.parse(readFileSync(join(VECTORS, name), 'utf8'));

describe('the vectors', () => {
  it.each(Object.entries(vectorFiles()))(
    '%s holds what the reference model says',
    (name, value) => {
      expect(read(name)).toEqual(JSON.parse(JSON.stringify(value)));
    },
  );

  it('agree with the published answers of circomlib', () => {
    // circomlib's own tests (test/poseidoncircuit.js).
    const published = [
      [[1n, 2n], '115cc0f5e7d690413df64c6b9662e9cf2a3617f2743245519e19607a4417189a'],
      [[1n, 2n, 3n, 4n], '299c867db6c1fdd79dcefa40e4510b9837e60ebb1ce0663dbaa525df65250465'],
    ] as const;
    for (const [inputs, hash] of published) expect(poseidon(inputs)).toBe(BigInt(`0x${hash}`));
  });

  it('have models that are right sometimes, ties that are wrong, and the largest scores', () => {
    const all: Record<string, { correct: number; samples: unknown[]; scores: number[][] }> = {};
    for (const model of read('model.json')) {
      all[model.name] = model;
      const samples: Sample[] = model.samples.map(
        ({ features, label }: { features: number[]; label: number }) => ({
          features: Int8Array.from(features),
          label,
        }),
      );
      const weights = Int16Array.from(model.weights);
      expect(countCorrect(model.shape, weights, samples)).toBe(model.correct);
      const computed = samples.map(({ features }) => scores(model.shape, weights, features));
      expect(computed).toEqual(model.scores);
    }
    expect(all['16x4 fitted']?.correct).toBeGreaterThan(0);
    expect(all['16x4 all scores tie']?.correct).toBe(0);
    expect(all['64x10 extremes']?.scores[0]?.[0]).toBe(32767 * 127 * 65);
  });
});

const python = spawnSync('python3', ['--version']).status === 0;

describe.skipIf(!python)(`check.py${python ? '' : ' (skipped: there is no python3)'}`, () => {
  let copy: string;
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'vectors-'));
    cpSync(VECTORS, copy, { recursive: true });
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  it('computes the same answers', () => {
    const output = execFileSync('python3', [join(VECTORS, 'check.py')], { encoding: 'utf8' });
    const [, passed, failed] = /(\d+) passed, (\d+) failed\n$/.exec(output) ?? [];
    expect(Number(failed)).toBe(0);
    expect(Number(passed)).toBeGreaterThan(80);
  });

  it('notices a wrong answer, and says so by its exit code', () => {
    for (const [name, at, wrong] of [
      ['commitments.json', 'userId', '1'],
      ['hashes.json', 'poseidon', [{ inputs: ['1', '2'], hash: '3' }]],
    ] as const) {
      writeFileSync(join(copy, name), JSON.stringify({ ...read(name), [at]: wrong }));
    }
    const { status, stdout, stderr } = spawnSync('python3', [join(copy, 'check.py')], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stdout).toMatch(/ 2 failed\n$/);
    expect(stderr).toContain('user id differs');
  });
});
