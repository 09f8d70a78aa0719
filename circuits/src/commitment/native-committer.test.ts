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

    it.each([
      ['an unknown command', { command: 'sign' }],
      ['no command', {}],
      ['an unknown word', { command: 'finish', more: 1 }],
      ['a length below zero', { command: 'commit', bytes: -1 }],
      ['a header that is too long', { command: 'finish'.padEnd(17_000) }],
    ])('%s by ending', async (_, header) => {
      open();
      await expect(program.request(header)).rejects.toThrow('ended');
      expect(program.hasEnded).toBe(true);
    });
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
