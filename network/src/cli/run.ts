// SPDX-License-Identifier: Apache-2.0
// Starts what was asked for, tells what there is, and ends it when it is interrupted.
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import type { Cleanup } from '@training-ledger/sdk';
import { interruption } from './interruption.ts';
import type { CliOptions } from './options.ts';
import { checkPorts } from './ports.ts';

/** Milliseconds after which an orderly end is not waited for any longer. */
const LAST_STOP = 30_000;
/** Chains and the inference node, which have ports in a row. */
const CHAINS = 2;

/** Runs the command. Result: its exit code. */
export async function run(options: CliOptions): Promise<number> {
  const started = performance.now();
  const seconds = (): string => ((performance.now() - started) / 1_000).toFixed(1);
  const say = (text: string): void => console.error(`${seconds().padStart(7)} s  ${text}`);
  for (const stream of [process.stdout, process.stderr]) {
    // Who read it has gone; the network is to be ended in order all the same.
    stream.on('error', () => {});
  }
  const interrupted = interruption(() => {
    console.error('Not waiting any longer.');
    process.exit(130);
  });
  interrupted.addEventListener('abort', () => {
    say('stopping; the same signal once more ends everything at once');
    stopInTime(say);
  });
  let isStarted = false;
  try {
    await checkPorts(portsOf(options));
    // What takes long to load is not waited for where nothing would come of it.
    const { Cleanup } = await import('@training-ledger/sdk');
    await using closing = new Cleanup();
    await start(options, closing, interrupted, { say, seconds });
    isStarted = true;
    if (!interrupted.aborted) {
      await new Promise((resolve) => interrupted.addEventListener('abort', resolve));
    }
  } catch (error) {
    // What breaks off while it is being started is what the interruption asked for.
    if (isStarted || !interrupted.aborted) {
      tell(error);
      return 1;
    }
  }
  if (options.dev !== undefined) say('everything is stopped');
  return 0;
}

function portsOf({ port, dev }: CliOptions): number[] {
  const count = dev === undefined ? CHAINS : CHAINS + 1;
  return port === 0 ? [] : Array.from({ length: count }, (_, i) => port + i);
}

async function start(
  { port, json, dev, accounts, workers, state }: CliOptions,
  closing: Cleanup,
  interrupted: AbortSignal,
  { say, seconds }: { say: (text: string) => void; seconds: () => string },
): Promise<void> {
  const { EmbeddedNetwork } = await import('../embedded/network.ts');
  const { DevelopmentFederation } = await import('../development/federation.ts');
  const { formatChains, formatDevelopment } = await import('./output.ts');
  interrupted.throwIfAborted();
  const network = await EmbeddedNetwork.start(port === 0 ? {} : { port });
  closing.defer(() => network.stop());
  interrupted.throwIfAborted();
  const chains = network.chains.map(({ paraId, endpoint }) => ({ paraId, endpoint }));
  if (dev === undefined) {
    console.log(json ? JSON.stringify({ chains }) : formatChains(chains));
    if (!json) console.log('Ctrl-C stops the network.');
    return;
  }
  say(`the chains are at ${chains.map(({ endpoint }) => endpoint).join(' and ')}`);
  const federation = await DevelopmentFederation.start(network, {
    accounts,
    workers,
    ...(port === 0 ? {} : { nodePort: port + CHAINS }),
    ...(state === undefined ? {} : { state }),
    onProgress: say,
    signal: interrupted,
  });
  closing.defer(() => federation.stop());
  const { description } = federation;
  const readyAfter = seconds();
  if (json) {
    console.log(JSON.stringify({ ...description, readyAfterSeconds: Number(readyAfter) }));
  } else {
    console.log(formatDevelopment(description));
    console.log(`Ready after ${readyAfter} s. Ctrl-C stops everything.`);
  }
}

/** Ends the process if what was started does not end. */
function stopInTime(say: (text: string) => void): void {
  setTimeout(() => {
    say('something does not end and is left to the system');
    process.exit(1);
  }, LAST_STOP).unref();
}

function tell(error: unknown): void {
  if (error instanceof LedgerError) console.error(`${error.code}: ${error.message}`);
  else console.error(error instanceof Error ? (error.stack ?? error.message) : error);
}
