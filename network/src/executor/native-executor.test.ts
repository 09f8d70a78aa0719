// SPDX-License-Identifier: Apache-2.0
// What the native executor does when its program dies, forgets, or is told nonsense.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callbackOn, hexOf, hostFunctions, taskOf } from '../testing/executor-tasks.ts';
import type { ProgramEnd } from './errors.ts';
import { FrameReader } from './frames.ts';
import { NativeExecutor } from './native-executor.ts';
import { type ExecutorProgram, findExecutorProgram } from './program.ts';
import { ProgramProcess } from './program-process.ts';
import { Answer, frame, type Hex, Request } from './protocol.ts';

const program = await findExecutorProgram();
const STORAGE = { [hexOf('key-a')]: hexOf('value') };
const READ = { Call: expect.objectContaining({ result: `0x0114${hexOf('value').slice(2)}` }) };

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(program === undefined)('the native executor', () => {
  let executor: NativeExecutor;
  let wasm: Hex;
  beforeEach(async () => {
    executor = new NativeExecutor(program as ExecutorProgram);
    wasm = await hostFunctions();
  });
  afterEach(() => executor.close());

  /** A callback that ends the program the first times it is asked for a value. */
  function killing(times: number): { callback: ReturnType<typeof callbackOn>; pids: number[] } {
    const pids: number[] = [];
    const callback = callbackOn(STORAGE);
    const { getStorage } = callback;
    callback.getStorage = async (key) => {
      const { pid } = executor;
      if (pid !== undefined && pids.length < times) {
        pids.push(pid);
        process.kill(pid, 'SIGKILL');
        // An answer that nobody waits for any more.
        await sleep(20);
      }
      return getStorage(key);
    };
    return { callback, pids };
  }

  test('begins a task again if its program stands still', async () => {
    const impatient = new NativeExecutor(program as ExecutorProgram, 300);
    const callback = callbackOn(STORAGE);
    const { getStorage } = callback;
    let stopped = 0;
    callback.getStorage = async (key) => {
      if (stopped++ === 0) process.kill(impatient.pid as number, 'SIGSTOP');
      return getStorage(key);
    };
    try {
      expect(await impatient.runTask(taskOf(wasm, ['read_storage']), callback)).toEqual(READ);
      expect(stopped).toBe(2);
    } finally {
      await impatient.close();
    }
  });

  test('begins a task again if its program is killed in the middle of it', async () => {
    const { callback, pids } = killing(1);
    expect(await executor.runTask(taskOf(wasm, ['read_storage']), callback)).toEqual(READ);
    expect(pids).toHaveLength(1);
    expect(executor.pid).not.toBe(pids[0]);
  });

  test('gives up a task in which its program dies twice, says how, and goes on', async () => {
    const { callback, pids } = killing(2);
    await expect(executor.runTask(taskOf(wasm, ['read_storage']), callback)).rejects.toMatchObject({
      code: 'EXECUTOR_DIED',
      end: { signal: 'SIGKILL', exitCode: undefined },
      message: expect.stringContaining('SIGKILL'),
    });
    expect(new Set(pids).size).toBe(2);
    const next = await executor.runTask(taskOf(wasm, ['read_storage']), callbackOn(STORAGE));
    expect(next).toEqual(READ);
  });

  test('finishes the other tasks of a program that dies', async () => {
    const { callback } = killing(1);
    const tasks = Array.from({ length: 300 }, (_, i) =>
      executor.runTask(taskOf(wasm, ['read_storage']), i === 7 ? callback : callbackOn(STORAGE)),
    );
    expect(await Promise.all(tasks)).toEqual(tasks.map(() => READ));
  });

  test('sends a runtime again that the program has forgotten', async () => {
    // Nine runtimes that differ in their version, of which the program keeps four.
    const version = Buffer.from('070000000100000008', 'hex').toString('hex');
    const runtimes = Array.from(
      { length: 9 },
      (_, i) => wasm.replace(version, `0${i}${version.slice(2)}`) as Hex,
    );
    for (let round = 0; round < 2; round++) {
      const versions = await Promise.all(runtimes.map((code) => executor.getRuntimeVersion(code)));
      expect(versions.map(({ specVersion }) => specVersion)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  test('tells what is wrong with a runtime', async () => {
    await expect(executor.getRuntimeVersion('0x1234')).rejects.toMatchObject({
      code: 'TASK_FAILED',
    });
  });

  test('refuses a state version that there is not without asking the program', async () => {
    await expect(executor.calculateStateRoot([], 2)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
  });

  test('takes nothing after it was closed, and closes in the middle of a task', async () => {
    const waiting = { ...callbackOn(STORAGE), getStorage: () => new Promise<never>(() => {}) };
    const task = executor.runTask(taskOf(wasm, ['read_storage']), waiting);
    const rejected = expect(task).rejects.toMatchObject({ code: 'EXECUTOR_CLOSED' });
    while (executor.pid === undefined) await sleep(5);
    const { pid } = executor;
    await executor.close();
    await rejected;
    expect(isRunning(pid)).toBe(false);
    await expect(executor.getRuntimeVersion(wasm)).rejects.toMatchObject({
      code: 'EXECUTOR_CLOSED',
    });
  });

  describe('in another process', () => {
    const args = ['--conditions=@training-ledger/source', '--disable-warning=ExperimentalWarning'];
    const idle = fileURLToPath(new URL('../testing/idle-executor.ts', import.meta.url));

    test('lets that process end while it is idle, and ends with it', async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [...args, idle, 'ends']);
      await ended(Number(stdout));
    });

    test('ends with that process when it is killed', async () => {
      const child = spawn(process.execPath, [...args, idle, 'stays']);
      const [line] = await once(child.stdout, 'data');
      const pid = Number(String(line));
      expect(isRunning(pid)).toBe(true);
      child.kill('SIGKILL');
      await once(child, 'close');
      await ended(pid);
    });

    async function ended(pid: number): Promise<void> {
      expect(pid).toBeGreaterThan(0);
      await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
    }
  });
});

describe.skipIf(program === undefined)('the program', () => {
  /** Tells a new program something; gives its first frame, or how it ended. */
  async function tell(...frames: Buffer[]): Promise<Buffer | ProgramEnd> {
    const answer = Promise.withResolvers<Buffer | ProgramEnd>();
    const { file } = program as ExecutorProgram;
    const running = new ProgramProcess(file, { onFrame: answer.resolve, onEnd: answer.resolve });
    running.keepAlive(true);
    for (const one of frames) running.send(one);
    try {
      return await answer.promise;
    } finally {
      await running.close();
    }
  }

  test('says that it does not know a runtime', async () => {
    const reader = new FrameReader(
      (await tell(frame(Request.VERSION, 5).u32(99).finish())) as Buffer,
    );
    expect([reader.u8(), reader.u32()]).toEqual([Answer.RUNTIME_UNKNOWN, 5]);
  });

  test.each([
    ['a frame that is too long', Buffer.from('ffffffff', 'hex'), 'a frame of 4294967295 bytes'],
    ['a request of no kind', frame(99, 0).finish(), 'a request of kind 99'],
    ['a request that is cut short', frame(Request.CALL, 0).finish(), '4 bytes must follow'],
    ['a reply to nobody', frame(Request.REPLY, 3).u8(0).finish(), 'a reply to 3'],
  ])('ends at %s and says why', async (_, bytes, reason) => {
    expect(await tell(bytes)).toEqual({
      exitCode: 2,
      signal: undefined,
      said: expect.stringMatching(
        new RegExp(`^training-ledger-executor: malformed input: ${reason}[^\\n]*$`),
      ),
    });
  });
});
