// SPDX-License-Identifier: Apache-2.0
// What the native program is told and says (network/native/src/protocol.rs), in the terms of Chopsticks' executor.
import type { JsCallback, TaskCallResponse, WasmExecutor } from '@acala-network/chopsticks-core';
import { type FrameReader, FrameWriter, nonsense } from './frames.ts';

/** A storage key or value in hex. */
export type Hex = `0x${string}`;
/** What Chopsticks' executor does for it; `testing` is for its own tests. */
export type Executor = Omit<WasmExecutor, 'testing'>;
/** A task as Chopsticks gives it to its executor. */
export type Task = Parameters<Executor['runTask']>[0] & {
  readonly id?: number;
  readonly storageProofSize?: number;
};
type Version = Awaited<ReturnType<Executor['getRuntimeVersion']>>;

/** First byte of what is sent. */
export const Request = {
  RUNTIME: 1,
  VERSION: 2,
  CALL: 3,
  STATE_ROOT: 4,
  DECODE_PROOF: 5,
  CREATE_PROOF: 6,
  REPLY: 7,
} as const;

/** First byte of an answer; questions have others. */
export const Answer = { DONE: 16, FAILED: 17, RUNTIME_UNKNOWN: 18 } as const;

const Question = {
  STORAGE_GET: 32,
  NEXT_KEY: 33,
  OFFCHAIN_GET: 34,
  TIMESTAMP: 35,
  RANDOM_SEED: 36,
  SUBMIT_TRANSACTION: 37,
} as const;
const Reply = { ABSENT: 0, VALUE: 1, ABORT: 2 } as const;

/** A frame that begins with what it is and a number. */
export function frame(kind: number, id: number): FrameWriter {
  return new FrameWriter().u8(kind).u32(id);
}

/** What the calls of a task will read, as it is known beforehand. */
export type Ahead = readonly (readonly [key: string, value: string | null | undefined])[];

/** Writes a task, behind the number of its runtime. */
export function writeCall(writer: FrameWriter, runtime: number, task: Task, ahead: Ahead): void {
  writer
    .u32(runtime)
    .u8(task.mockSignatureHost)
    .u8(task.allowUnresolvedImports ? 1 : 0)
    .u32(task.runtimeLogLevel)
    .u64(task.storageProofSize ?? 0)
    .list(ahead, ([key, value]) => writer.hex(key).option(value))
    .list(task.calls, ([method, parameters]) =>
      writer.text(method).list(parameters, (parameter) => writer.hex(parameter)),
    );
}

/** What a task comes to, and for each value that was sent ahead whether it was read. */
export function readCall(reader: FrameReader): { call: TaskCallResponse; used: Buffer } {
  // Chopsticks' types say null, and its executor gives undefined, for what was removed.
  const changes = (): TaskCallResponse['storageDiff'] =>
    reader.list(() => [reader.hex(), reader.option(() => reader.hex()) as Hex | null]);
  const call: TaskCallResponse = {
    result: reader.hex(),
    storageDiff: changes(),
    offchainStorageDiff: changes(),
    runtimeLogs: reader.list(() => {
      const message = reader.text();
      const more = reader.option(() => ({ level: reader.u32(), target: reader.text() }));
      return { message, level: more?.level, target: more?.target };
    }) as TaskCallResponse['runtimeLogs'],
  };
  return { call, used: reader.bytes() };
}

/** The version of a runtime; names as hex, as Chopsticks expects them. */
export function readVersion(reader: FrameReader): Version {
  return {
    specName: reader.hex(),
    implName: reader.hex(),
    authoringVersion: reader.u32(),
    specVersion: reader.u32(),
    implVersion: reader.u32(),
    transactionVersion: reader.u32(),
    stateVersion: reader.u8(),
    apis: reader.list(() => [reader.hex(), reader.u32()]),
  };
}

/** Asks whoever gave the task what its runtime wants to know. */
export async function askCallback(
  kind: number,
  reader: FrameReader,
  callback: JsCallback,
): Promise<string | undefined> {
  switch (kind) {
    case Question.STORAGE_GET:
      return callback.getStorage(reader.hex());
    case Question.NEXT_KEY:
      return callback.getNextKey(reader.hex(), reader.hex());
    case Question.OFFCHAIN_GET:
      return callback.offchainGetStorage(reader.hex());
    case Question.TIMESTAMP: {
      const time = Buffer.alloc(8);
      time.writeBigUInt64LE(BigInt(await callback.offchainTimestamp()));
      return `0x${time.toString('hex')}`;
    }
    case Question.RANDOM_SEED:
      return callback.offchainRandomSeed();
    case Question.SUBMIT_TRANSACTION:
      return (await callback.offchainSubmitTransaction(reader.hex())) ? '0x01' : '0x00';
    default:
      throw nonsense(`A question of kind ${kind}.`);
  }
}

/** The answer to a question of a task. */
export function reply(task: number, value: string | null | undefined): Buffer {
  const writer = frame(Request.REPLY, task);
  if (typeof value !== 'string') return writer.u8(Reply.ABSENT).finish();
  return writer.u8(Reply.VALUE).hex(value).finish();
}

/** Ends a task whose question cannot be answered. */
export function abort(task: number): Buffer {
  return frame(Request.REPLY, task).u8(Reply.ABORT).finish();
}
