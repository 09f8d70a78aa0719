// SPDX-License-Identifier: Apache-2.0
// Reads the command line before anything heavy is loaded, runs the command and ends the process.
import { readOptions } from './options.ts';

const options = readOptions(process.argv);
// Chopsticks' loggers take their level when they are loaded, and write where the output goes.
process.env['LOG_LEVEL'] ??= 'fatal';
const { run } = await import('./run.ts');
process.exit(await run(options));
