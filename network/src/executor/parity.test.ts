// SPDX-License-Identifier: Apache-2.0
// The native executor gives the answers of Chopsticks' own.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExecutorPair } from '../testing/executor-pair.ts';
import { callbackOn, hexOf, hostFunctions, taskOf } from '../testing/executor-tasks.ts';
import { findExecutorProgram } from './program.ts';
import type { Hex } from './protocol.ts';

const program = await findExecutorProgram();

describe.skipIf(program === undefined)('both executors', () => {
  let pair: ExecutorPair;
  let wasm: Hex;
  beforeAll(async () => {
    if (program === undefined) return;
    pair = new ExecutorPair(program);
    wasm = await hostFunctions();
  });
  afterAll(() => pair?.stop());

  test('read the same version', async () => {
    const [native, chopsticks] = await pair.ask((executor) => executor.getRuntimeVersion(wasm));
    expect(native).toStrictEqual(chopsticks);
    expect(native).toMatchObject({ answer: { specVersion: 7, stateVersion: 1 } });
  });

  const STORAGE = { [hexOf('key-a')]: hexOf('before'), [hexOf('key-c')]: hexOf('later') };
  const WRITTEN = [
    ['main_storage'],
    ['main_storage', 'read_storage'],
    ['clear_all'],
    ['clear_one'],
    ['transactions'],
    ['child_storage'],
    ['child_storage', 'child_storage'],
    ['offchain_index'],
    ['offchain_worker'],
    ['offchain_time'],
    ['offchain_seed'],
    ['echo'],
    ['logs'],
    ['proof_size'],
  ];
  test.each(WRITTEN)('ask the same questions and give the same result in %s', async (...calls) => {
    const asked: string[][] = [];
    const [native, chopsticks] = await pair.run(
      taskOf(wasm, calls, { parameter: '0x0102', runtimeLogLevel: 3, storageProofSize: 2 ** 40 }),
      () => callbackOn(STORAGE, asked[asked.push([]) - 1]),
    );
    expect(native).toHaveProperty('answer.Call.result');
    expect(native).toStrictEqual(chopsticks);
    // The native executor asks ahead, and for nothing twice.
    expect(new Set(asked[0])).toEqual(new Set(asked[1]));
  });

  test('read a value that another call of the task has written', async () => {
    const [native] = await pair.run(taskOf(wasm, ['main_storage', 'read_storage']), () =>
      callbackOn(STORAGE),
    );
    expect(native).toMatchObject({
      answer: { Call: { result: `0x0114${hexOf('value').slice(2)}` } },
    });
  });

  const KEY = '01'.repeat(32);
  const SIGNATURES = {
    magic: `0xdeadbeef${'cd'.repeat(60)}${KEY}`,
    forged: `0x${'07'.repeat(64)}${KEY}`,
  } as const;
  test.each([
    ['magic', 0, false],
    ['magic', 1, true],
    ['magic', 2, true],
    ['forged', 0, false],
    ['forged', 1, false],
    ['forged', 2, true],
  ] as const)('take a %s signature in mode %i for valid: %s', async (kind, mode, isValid) => {
    const task = taskOf(wasm, ['signature'], {
      parameter: SIGNATURES[kind],
      mockSignatureHost: mode,
    });
    const [native, chopsticks] = await pair.run(task, () => callbackOn({}));
    expect(native).toStrictEqual(chopsticks);
    const result = isValid ? '0x01000000' : '0x00000000';
    expect(native).toMatchObject({ answer: { Call: { result } } });
  });

  test.each([
    ['stops'],
    ['answers_outside_of_memory'],
    ['no_such_entry_point'],
    ['main_storage', 'stops'],
  ])('give the same error for %s', async (...calls) => {
    const [native, chopsticks] = await pair.run(taskOf(wasm, calls), () => callbackOn(STORAGE));
    expect(native).toHaveProperty('answer.Error');
    expect(native).toStrictEqual(chopsticks);
  });

  test('throw what the callback throws', async () => {
    const failing = {
      ...callbackOn({}),
      getStorage: () => Promise.reject(new Error('no storage')),
    };
    const outcomes = await pair.run(taskOf(wasm, ['read_storage']), () => failing);
    expect(outcomes).toEqual([{ thrown: 'no storage' }, { thrown: 'no storage' }]);
  });

  const random = (seed: string, length: number): string =>
    createHash('shake256', { outputLength: length }).update(seed).digest('hex');
  const entriesOf = (count: number, seed: number): [Hex, Hex][] =>
    Array.from({ length: count }, (_, i) => [
      `0x${random(`group ${i % 5}`, 4)}${random(`key ${seed} ${i}`, 1 + (i % 30))}`,
      `0x${random(`value ${seed} ${i}`, (i * 7 + seed) % 70)}`,
    ]);

  test.each([0, 1])('compute the same state roots of version %i', async (version) => {
    for (const count of [0, 1, 2, 50, 400]) {
      const entries = entriesOf(count, count);
      const [native, chopsticks] = await pair.ask((executor) =>
        executor.calculateStateRoot(entries, version),
      );
      expect(native).toStrictEqual(chopsticks);
    }
  });

  test('make and read the same proofs', async () => {
    let nodes: Hex[] = [];
    for (let step = 0; step < 6; step++) {
      const updates = entriesOf(30, step % 4).map(([key, value], i): [Hex, Hex | null] => [
        `0x${random(key, 32)}`,
        (i + step) % 3 === 0 ? null : value,
      ]);
      const [native, chopsticks] = await pair.ask(async (executor) => {
        const [root, made] = await executor.createProof(nodes, updates);
        const read = await executor.decodeProof(root, made);
        // A proof is a set of nodes. In which order Chopsticks gives them is chance.
        return { root, made: made.toSorted(), read };
      });
      expect(native).toStrictEqual(chopsticks);
      nodes = (native as { answer: { made: Hex[] } }).answer.made;
    }
    expect(nodes.length).toBeGreaterThan(10);
  });

  test('give the same errors for proofs that make no trie', async () => {
    const [made] = await pair.ask((executor) => executor.createProof([], entriesOf(9, 1)));
    const [root, nodes] = (made as { answer: [Hex, Hex[]] }).answer;
    const broken: Hex[][] = [[], ['0x'], ['0xff'], [...nodes.slice(1), '0x1234'], nodes.slice(1)];
    for (const nodes of broken) {
      const [native, chopsticks] = await pair.ask((executor) => executor.decodeProof(root, nodes));
      expect(native).toStrictEqual(chopsticks);
    }
  });
});
