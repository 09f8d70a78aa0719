// SPDX-License-Identifier: Apache-2.0
// A process of a test: uses the native executor once, prints its program's process id, and then ends by itself, or stays.
import { NativeExecutor } from '../executor/native-executor.ts';
import { findExecutorProgram } from '../executor/program.ts';

const program = await findExecutorProgram();
if (program === undefined) throw new Error('There is no native executor.');
const executor = new NativeExecutor(program);
await executor.calculateStateRoot([], 1);
process.stdout.write(`${executor.pid}\n`);
if (process.argv[2] === 'stays') setInterval(() => {}, 1_000);
