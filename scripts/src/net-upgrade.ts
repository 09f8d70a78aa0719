// SPDX-License-Identifier: Apache-2.0
// `npm run net:upgrade`: replaces the runtime of a parachain by sudo.
import { readFile } from 'node:fs/promises';
import { runtimeWasmPath } from '@training-ledger/runtime-types/files';
import { Command, InvalidArgumentError } from 'commander';
import { runningNetwork } from './network/running.ts';
import { upgradeRuntime } from './network/upgrade.ts';
import { SURI_VARIABLE } from './network/upgrade-signer.ts';

interface Options {
  readonly wasm: string;
  readonly endpoint?: string;
  readonly folder?: string;
  readonly chain: number;
  readonly suriFile?: string;
  readonly timeout: number;
  readonly json?: boolean;
}

const toNumber = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('A whole number above 0.');
  return Number(text);
};

const options = new Command('npm run net:upgrade --')
  .description(
    `Replaces the runtime of a parachain by sudo. The secret of sudo comes from a file or from ${SURI_VARIABLE}; on development chains it is //Alice.`,
  )
  .option('--wasm <file>', 'the new runtime; that of this checkout by default', runtimeWasmPath)
  .option('--endpoint <url>', 'WebSocket endpoint of a node of the chain')
  .option('--folder <folder>', 'folder of a network of npm run net, where more than one runs')
  .option('--chain <id>', 'para id in that network', toNumber, 1000)
  .option('--suri-file <file>', 'file with the secret URI of the chain’s sudo')
  .option('--timeout <seconds>', 'give up after so long', toNumber, 1_200)
  .option('--json', 'print the report as JSON')
  .parse()
  .opts<Options>();

// polkadot-js tells of the new runtime on stdout, which is the report's.
const print = console.log;
console.log = console.error;
try {
  const { suriFile, json, timeout } = options;
  const endpoint =
    options.endpoint ?? (await runningNetwork(options.folder)).chain(options.chain).endpoint;
  const report = await upgradeRuntime({
    endpoint,
    wasm: new Uint8Array(await readFile(options.wasm)),
    timeout: timeout * 1_000,
    onProgress: (line) => console.error(line),
    ...(suriFile === undefined ? {} : { suriFile }),
  });
  if (json) print(JSON.stringify(report));
  else {
    const { from, to, resumed, entries } = report;
    print(`${from.specName} ${from.specVersion} -> ${to.specVersion}`);
    for (const [pallet, count] of Object.entries(entries)) print(`${pallet}: ${count} moved`);
    print(`transactions are taken from block ${resumed} on`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
