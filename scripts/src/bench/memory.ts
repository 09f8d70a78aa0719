// SPDX-License-Identifier: Apache-2.0
// Memory of a process and all that it started, by Linux' /proc.
import { readdir, readFile } from 'node:fs/promises';

const INTERVAL = 50;

/** Watches a process tree until {@link stop}, and knows the most memory that it held at once. */
export class PeakMemory {
  readonly #root: number;
  #peak = 0;
  #stopped = false;
  readonly #watching: Promise<void>;

  constructor(root: number) {
    this.#root = root;
    this.#watching = this.#watch();
  }

  /** Peak resident set in bytes; 0 where there is no /proc. */
  async stop(): Promise<number> {
    this.#stopped = true;
    await this.#watching;
    return this.#peak;
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      this.#peak = Math.max(this.#peak, await treeMemory(this.#root));
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
  }
}

async function treeMemory(root: number): Promise<number> {
  const names = await readdir('/proc').catch(() => []);
  const processes = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(status));
  const inTree = new Set([root]);
  let grown = true;
  while (grown) {
    grown = false;
    for (const process of processes) {
      if (process === undefined || inTree.has(process.pid) || !inTree.has(process.parent)) continue;
      inTree.add(process.pid);
      grown = true;
    }
  }
  return processes.reduce(
    (sum, process) =>
      sum + (process !== undefined && inTree.has(process.pid) ? process.resident : 0),
    0,
  );
}

async function status(
  name: string,
): Promise<{ pid: number; parent: number; resident: number } | undefined> {
  const text = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
  const field = (key: string): number =>
    Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  if (text === '') return undefined;
  return { pid: Number(name), parent: field('PPid'), resident: field('VmRSS') * 1024 };
}
