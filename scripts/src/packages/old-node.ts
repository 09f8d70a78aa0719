// SPDX-License-Identifier: Apache-2.0
// What somebody sees who uses the packages on a Node that is too old: one sentence.
import { spawnSync } from 'node:child_process';
import { nodeProblem } from '@training-ledger/runtime-types/node-version';

/** What the import of each entry point throws, as JSON. */
const IMPORTS = `
const messages = {};
for (const name of process.argv.slice(1)) {
  messages[name] = await import(name).then(() => 'nothing', (error) => error.message);
}
console.log(JSON.stringify(messages));
`;

/** How a program ended. */
interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Entry points whose import throws something else than the sentence, and what. */
export function wrongImports(
  node: string,
  version: string,
  directory: string,
  entryPoints: readonly string[],
): string[] {
  // What answers a question about the version can be imported on any.
  const refusing = entryPoints.filter((name) => !name.endsWith('/node-version'));
  const args = ['--input-type=module', '--eval', IMPORTS, ...refusing];
  const { status, stdout, stderr } = execute(node, args, directory);
  if (status !== 0) return [stderr];
  const messages = JSON.parse(stdout) as Record<string, string>;
  return refusing
    .filter((name) => messages[name] !== nodeProblem(version))
    .map((name) => `${name}: ${messages[name]}`);
}

/** What is wrong with how a program ends: it has to print one line on stderr and to end with 1. */
export function wrongEnd(
  node: string,
  version: string,
  directory: string,
  program: string,
): string | undefined {
  const { status, stdout, stderr } = execute(node, [program, '--help'], directory);
  if (status === 1 && stdout === '' && stderr === `${nodeProblem(version)}\n`) return undefined;
  return `ended with ${status} after ${stdout}${stderr}`;
}

function execute(node: string, args: readonly string[], cwd: string): Ended {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return spawnSync(node, args, { cwd, env, encoding: 'utf8' });
}
