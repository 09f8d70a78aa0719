// SPDX-License-Identifier: Apache-2.0
// The least version of Node that the packages run on. An old Node has to understand this file: it imports nothing.

/** The least version: `engines` of every package says the same, and the packages are checked on it. */
export const LEAST_NODE = '22.12.0';

/**
 * Says in one sentence that a version of Node is too old, and what to do; undefined if it is not, or if this is not Node.
 * @param version `major.minor.patch`; that of the running Node by default
 */
export function nodeProblem(version = globalThis.process?.versions?.node): string | undefined {
  if (version === undefined) return undefined;
  const [major, minor] = numbersOf(version);
  const [leastMajor, leastMinor] = numbersOf(LEAST_NODE);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return `Training Ledger needs Node ${leastMajor}.${leastMinor} or newer; this is ${version}. Newer ones are on https://nodejs.org.`;
}

/** Starts a program, or, on a Node that is too old, says so in one line on stderr and lets the process end with 1. */
export async function startOnNode(start: () => Promise<unknown>): Promise<void> {
  const problem = nodeProblem();
  if (problem === undefined) {
    const { loadQuickly } = await import('./quick-loading.ts');
    loadQuickly();
    await start();
    return;
  }
  console.error(problem);
  process.exitCode = 1;
}

function numbersOf(version: string): [major: number, minor: number] {
  const [major, minor] = version.split('.');
  return [Number(major), Number(minor)];
}
