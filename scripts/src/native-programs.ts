// SPDX-License-Identifier: Apache-2.0
// The native programs of the project: where their sources are, and how one is compiled, shipped and compared with them.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { builtProgram, shippedProgram } from '@training-ledger/circuits';
import { builtExecutor, shippedExecutor } from '@training-ledger/network';
import { EXECUTOR, PROVER } from './paths.ts';
import { sha256, sourceHash } from './runtime/source.ts';
import { findRust, flagsEnvironment, portableFlags } from './rust.ts';

/** How a program is compiled for every machine of a kind. */
interface PortableBuild {
  readonly target: string;
  readonly flags: readonly string[];
}

/** A native program. */
export interface NativeProgram {
  /** Its short name, as in `npm run prover:build`. */
  readonly key: string;
  readonly name: string;
  /** Its crate. */
  readonly directory: string;
  /** By platform and architecture. */
  readonly portable: Readonly<Record<string, PortableBuild>>;
  /** Where it lies when it was built here from sources with this hash. */
  built(sources: string): string;
  /** Where the one that ships for a platform lies. */
  shipped(platform: string): string;
}

/** A program that needs no library of the system. */
const linux = (...flags: string[]): NativeProgram['portable'] => ({
  'linux-x64': {
    target: 'x86_64-unknown-linux-gnu',
    flags: ['-Ctarget-feature=+crt-static', ...flags],
  },
});

/** All programs, by short name. */
export const NATIVE_PROGRAMS: Readonly<Record<string, NativeProgram>> = {
  prover: {
    key: 'prover',
    name: 'training-ledger-prover',
    directory: PROVER,
    // Processors of the last ten years.
    portable: linux('-Ctarget-cpu=x86-64-v3', '-Ctarget-feature=+adx'),
    built: builtProgram,
    shipped: shippedProgram,
  },
  executor: {
    key: 'executor',
    name: 'training-ledger-executor',
    directory: EXECUTOR,
    portable: linux(),
    built: builtExecutor,
    shipped: shippedExecutor,
  },
};

interface Manifest {
  readonly sources: string;
  readonly programs: Readonly<Record<string, string>>;
}

/** Compiles a program for this machine's processor, to where it is found by itself. */
export async function buildHere(program: NativeProgram): Promise<void> {
  const sources = await sourceHash(program.directory);
  install(program, compile(program, ['-Ctarget-cpu=native']), program.built(sources));
}

/**
 * Compiles a program for every machine of this kind, into the repository, and pins it.
 * @throws Error if programs of this kind do not ship, or if the sources change meanwhile.
 */
export async function ship(program: NativeProgram): Promise<void> {
  const platform = `${process.platform}-${process.arch}`;
  const portable = program.portable[platform];
  if (portable === undefined) throw new Error(`Nothing is shipped for ${platform}.`);
  const sources = await sourceHash(program.directory);
  const compiled = compile(program, portable.flags, portable.target);
  if ((await sourceHash(program.directory)) !== sources) {
    throw new Error('The sources changed while they were compiled.');
  }
  const place = program.shipped(platform);
  install(program, compiled, place);
  const programs = { [platform]: sha256(readFileSync(place)) };
  const manifest: Manifest = { sources, programs };
  writeFileSync(manifestFile(program), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** What is wrong with what ships: programs other than the pinned ones, or of other sources. */
export async function shippedFaults(program: NativeProgram): Promise<string[]> {
  const manifest: Manifest | undefined = existsSync(manifestFile(program))
    ? JSON.parse(readFileSync(manifestFile(program), 'utf8'))
    : undefined;
  const wrong = Object.entries(manifest?.programs ?? {}).filter(([platform, pinned]) => {
    const file = program.shipped(platform);
    return !existsSync(file) || sha256(readFileSync(file)) !== pinned;
  });
  const faults = wrong.map(([platform]) => `The program for ${platform} is not the pinned one.`);
  if (manifest?.sources !== (await sourceHash(program.directory))) {
    faults.push('The shipped programs were built from other sources.');
  }
  return faults;
}

const manifestFile = ({ directory }: NativeProgram): string =>
  join(directory, 'programs', 'manifest.json');

/** Compiles, and returns the program's file. */
function compile(
  { key, name, directory }: NativeProgram,
  flags: readonly string[],
  target?: string,
): string {
  const rust = findRust();
  if (rust === undefined) throw new Error('There is no cargo 1.88 or newer.');
  const folder = join(rust.env['CARGO_TARGET_DIR'] as string, key);
  const env = {
    ...rust.env,
    CARGO_TARGET_DIR: folder,
    ...flagsEnvironment([...flags, ...portableFlags(rust, directory)]),
  };
  const args = [
    'build',
    '--locked',
    '--release',
    ...(target === undefined ? [] : ['--target', target]),
  ];
  execFileSync('cargo', args, { cwd: directory, env, stdio: 'inherit' });
  return join(folder, ...(target === undefined ? [] : [target]), 'release', name);
}

function install({ name }: NativeProgram, program: string, place: string): void {
  mkdirSync(dirname(place), { recursive: true });
  // One that runs stays whole.
  const part = `${place}.${process.pid}.part`;
  copyFileSync(program, part);
  chmodSync(part, 0o755);
  renameSync(part, place);
  console.log(`${name}: ${(readFileSync(place).length / 1e6).toFixed(1)} MB in ${place}`);
}
