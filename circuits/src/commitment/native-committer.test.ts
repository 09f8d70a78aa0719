// SPDX-License-Identifier: GPL-3.0-only
// The native program's side of vector commitments: what it refuses, and what happens when it dies.
import { type ChildProcess, execFileSync } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { FramedProgram } from '../prover/framed-program.ts';
import { findNativeProver } from '../prover/native.ts';
import { randomVector } from '../testing/committers.ts';
import { MAX_SCALARS, type VectorCommitter } from './committer.ts';
import { generatorsFile } from './generators.ts';
import { createNativeVectorCommitter } from './native-committer.ts';

const native = findNativeProver();

describe.skipIf(native === undefined)('the native program', () => {
  const started: ChildProcess[] = [];
  subscribe('child_process', (message) => {
    started.push((message as { process: ChildProcess }).process);
  });
  const kill = (): void => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  };

  describe('refuses', () => {
    let program: FramedProgram;
    const open = (): void => {
      program = new FramedProgram(native?.file as string, ['commit', generatorsFile()]);
    };
    afterEach(() => program.stop());
    const commit = (length: number) =>
      program.request({ command: 'commit', bytes: length }, new Uint8Array(length));

    it('vectors of another length, and goes on', async () => {
      open();
      for (const length of [0, 1, 31, 33, 32 * MAX_SCALARS + 1, 32 * (MAX_SCALARS + 1)]) {
        expect(await commit(length)).toEqual({ error: 'MALFORMED' });
        expect(await commit(32)).toEqual({ commitment: `${'00'.repeat(31)}40` });
      }
    });

    it('coefficients and commitments that are not hex of their length, and adds nothing', async () => {
      open();
      const sound = { coefficient: '01'.repeat(16), commitment: `${'00'.repeat(31)}40` };
      const one = new Uint8Array(32).fill(1, 0, 1);
      const add = (changed: object, vector = one) =>
        program.request({ command: 'add', ...sound, ...changed, bytes: vector.length }, vector);
      for (const coefficient of ['', '01'.repeat(15), '01'.repeat(17), `+1${'01'.repeat(15)}`]) {
        expect(await add({ coefficient })).toEqual({ error: 'MALFORMED' });
      }
      for (const commitment of ['', `${'00'.repeat(30)}40`, 'é'.repeat(32), 'zz'.repeat(32)]) {
        expect(await add({ commitment })).toEqual({ error: 'MALFORMED' });
      }
      expect(await add({}, new Uint8Array(33))).toEqual({ error: 'MALFORMED' });
      expect(await program.request({ command: 'finish' })).toEqual({ opens: true });
      expect(await add({})).toEqual({ done: true });
      expect(await program.request({ command: 'finish' })).toEqual({ opens: false });
      expect(await add({})).toEqual({ done: true });
      expect(await program.request({ command: 'begin' })).toEqual({ done: true });
      expect(await program.request({ command: 'finish' })).toEqual({ opens: true });
    });

    const stream = {
      start: 0,
      bits: 4,
      bounds: [16],
      run: 8,
      count: 8,
      perScalar: 8,
      limbBytes: 1,
    };
    const packed = (...streams: object[]) =>
      program.request({ command: 'commit', bytes: 4, streams }, new Uint8Array(4));

    it.each<[string, object[]]>([
      ['no stream', []],
      ['more limbs than bytes', [{ ...stream, count: 9 }]],
      ['a stream that begins too late', [{ ...stream, start: 1 }]],
      ['a stream behind the bytes', [{ ...stream, start: 5, count: 0 }]],
      ['limbs without bits', [{ ...stream, bits: 0 }]],
      ['limbs of 49 bits', [{ ...stream, bits: 49, limbBytes: 7, perScalar: 4, count: 0 }, stream]],
      ['limbs wider than their bytes', [{ ...stream, bits: 9, count: 3 }]],
      ['no bound, and no end', [{ ...stream, bounds: [], run: 1, count: 2 ** 53 - 1 }]],
      ['empty runs', [{ ...stream, run: 0 }]],
      ['scalars without limbs', [{ ...stream, perScalar: 0 }]],
      ['scalars of more than 31 bytes', [{ ...stream, perScalar: 32 }]],
      ['numbers that overflow', [{ ...stream, start: 2 ** 64 - 2048, count: 2 ** 60 }]],
      ['more numbers that overflow', [{ ...stream, perScalar: 2 ** 63, limbBytes: 2 ** 63 }]],
      ['a limb that is not below its bound', [{ ...stream, bounds: [0] }]],
    ])('%s, and goes on', async (_, streams) => {
      open();
      expect(await packed(...streams)).toEqual({ error: 'MALFORMED' });
      expect(await packed(stream)).toEqual({ commitment: `${'00'.repeat(31)}40` });
    });

    it('more scalars than there are generators, from however few bytes', async () => {
      open();
      // Each stream reads the same 40,000 bits as as many scalars.
      const one = {
        start: 0,
        bits: 1,
        bounds: [2],
        run: 1,
        count: 40_000,
        perScalar: 1,
        limbBytes: 1,
      };
      const commitAll = (count: number) => {
        const header = { command: 'commit', bytes: 5_000, streams: Array(count).fill(one) };
        return program.request(header, new Uint8Array(5_000));
      };
      expect(await commitAll(11)).toEqual({ error: 'MALFORMED' });
      expect(await commitAll(1)).toEqual({ commitment: `${'00'.repeat(31)}40` });
    });

    it.each([
      ['an unknown command', { command: 'sign' }],
      ['no command', {}],
      ['an unknown word', { command: 'finish', more: 1 }],
      ['a length below zero', { command: 'commit', bytes: -1 }],
      ['a stream with an unknown word', { command: 'commit', bytes: 0, streams: [{ more: 1 }] }],
      ['a stream before the bytes', { command: 'commit', bytes: 0, streams: [{ start: -1 }] }],
      ['a header that is too long', { command: 'finish'.padEnd(17_000) }],
    ])('%s by ending', async (_, header) => {
      open();
      await expect(program.request(header)).rejects.toThrow('ended');
      expect(program.hasEnded).toBe(true);
    });
  });

  it('answers requests in their order, however many are on their way', async () => {
    const program = new FramedProgram(native?.file as string, ['commit', generatorsFile()]);
    const lengths = Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? 33 : 32 * (1 + i * 50)));
    const answers = await Promise.all(
      lengths.map((length) =>
        program.request({ command: 'commit', bytes: length }, new Uint8Array(length).fill(1)),
      ),
    );
    program.stop();
    for (const [i, answer] of answers.entries()) {
      if (i % 3 === 0) expect(answer).toEqual({ error: 'MALFORMED' });
      else expect(answer).toEqual({ commitment: expect.stringMatching(/^[0-9a-f]{64}$/) });
    }
    const commitments = answers
      .filter((_, i) => i % 3 !== 0)
      .map((answer) => JSON.stringify(answer));
    expect(new Set(commitments).size).toBe(commitments.length);
  });

  describe('that dies', () => {
    let committer: VectorCommitter;
    afterEach(() => committer.close());
    const error = expect.objectContaining({ name: 'CommitterError', code: 'BACKEND' });

    it('fails what it is asked, and another takes its place', async () => {
      committer = createNativeVectorCommitter();
      const vector = randomVector(3000);
      const commitment = await committer.commit(vector);
      const running = committer.commit(vector);
      setImmediate(kill);
      await expect(running).rejects.toEqual(error);
      expect(await committer.commit(vector)).toEqual(commitment);
    });

    it('fails all that was asked, and is started again', async () => {
      committer = createNativeVectorCommitter();
      const vector = randomVector(200_000);
      const commitments = [1, 2, 3].map(() => committer.commit(vector));
      const settled = Promise.allSettled(commitments);
      setImmediate(kill);
      expect(await settled).toEqual(Array(3).fill({ status: 'rejected', reason: error }));
      expect(await committer.commit(randomVector(1))).toHaveLength(32);
    });

    it('during a check fails it: nobody is named for what it had forgotten', async () => {
      committer = createNativeVectorCommitter();
      const vector = randomVector(10);
      const openings = Array(4).fill({ commitment: await committer.commit(vector) });
      const check = committer.checkOpenings(openings, async (i) => {
        if (i === 2) {
          kill();
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        return vector;
      });
      await expect(check).rejects.toEqual(error);
      expect(await committer.checkOpenings(openings, async () => vector)).toEqual([]);
    });
  });

  it('keeps no process alive while it is idle', () => {
    const program = `
    import { createNativeVectorCommitter } from '@training-ledger/circuits';
    const commitment = await createNativeVectorCommitter().commit(new Uint8Array(32));
    console.log(commitment.length);`;
    const output = execFileSync(
      process.execPath,
      ['--conditions=@training-ledger/source', '--input-type=module', '--eval', program],
      { encoding: 'utf8', cwd: fileURLToPath(new URL('.', import.meta.url)), timeout: 60_000 },
    );
    expect(output).toBe('32\n');
  });
});
