// SPDX-License-Identifier: Apache-2.0
// `npm run prover:build`: compiles the native prover for this machine's processor, where it is found by itself. With --ship,
// for every machine of this kind, into the repository; with --check, compares what is shipped with its sources.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { builtProgram, shippedProgram } from '@training-ledger/circuits';
import { PROVER } from './paths.ts';
import { sha256, sourceHash } from './runtime/source.ts';
import { findRust, flagsEnvironment, portableFlags } from './rust.ts';

/** Processors of the last ten years, and a program that needs no library of the system. */
const PORTABLE: Readonly<Record<string, { target: string; flags: string[] }>> = {
  'linux-x64': {
    target: 'x86_64-unknown-linux-gnu',
    flags: ['-Ctarget-cpu=x86-64-v3', '-Ctarget-feature=+adx,+crt-static'],
  },
};
const MANIFEST = join(PROVER, 'programs', 'manifest.json');
const NAME = 'training-ledger-prover';

interface Manifest {
  sources: string;
  programs: Record<string, string>;
}

/** Compiles, and returns the program's file. */
function compile(flags: readonly string[], target?: string): string {
  const rust = findRust();
  if (rust === undefined) throw new Error('There is no cargo 1.88 or newer.');
  const folder = join(rust.env['CARGO_TARGET_DIR'] as string, 'prover');
  const env = {
    ...rust.env,
    CARGO_TARGET_DIR: folder,
    ...flagsEnvironment([...flags, ...portableFlags(rust, PROVER)]),
  };
  const args = [
    'build',
    '--locked',
    '--release',
    ...(target === undefined ? [] : ['--target', target]),
  ];
  execFileSync('cargo', args, { cwd: PROVER, env, stdio: 'inherit' });
  return join(folder, ...(target === undefined ? [] : [target]), 'release', NAME);
}

function install(program: string, place: string): void {
  mkdirSync(dirname(place), { recursive: true });
  copyFileSync(program, place);
  chmodSync(place, 0o755);
  console.log(`${NAME}: ${(readFileSync(place).length / 1e6).toFixed(1)} MB in ${place}`);
}

const { values } = parseArgs({
  options: { ship: { type: 'boolean' }, check: { type: 'boolean' } },
});
const sources = await sourceHash(PROVER);
const manifest: Manifest | undefined = existsSync(MANIFEST)
  ? JSON.parse(readFileSync(MANIFEST, 'utf8'))
  : undefined;
try {
  if (values.check) {
    const wrong = Object.entries(manifest?.programs ?? {}).filter(([platform, pinned]) => {
      const file = shippedProgram(platform);
      return !existsSync(file) || sha256(readFileSync(file)) !== pinned;
    });
    for (const [platform] of wrong)
      console.error(`The program for ${platform} is not the pinned one.`);
    const isCurrent = manifest?.sources === sources;
    if (!isCurrent) console.error('The shipped programs were built from other sources.');
    if (wrong.length > 0 || !isCurrent) throw new Error('Run: npm run prover:build -- --ship');
    console.log('The shipped native prover is the one of its sources.');
  } else if (values.ship) {
    const platform = `${process.platform}-${process.arch}`;
    const portable = PORTABLE[platform];
    if (portable === undefined) throw new Error(`Nothing is shipped for ${platform}.`);
    const place = shippedProgram(platform);
    install(compile(portable.flags, portable.target), place);
    const programs = { [platform]: sha256(readFileSync(place)) };
    writeFileSync(MANIFEST, `${JSON.stringify({ sources, programs }, null, 2)}\n`);
  } else {
    install(compile(['-Ctarget-cpu=native']), builtProgram(sources));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
