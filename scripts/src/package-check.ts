// SPDX-License-Identifier: Apache-2.0
// Packs the packages as npm would publish them, lints the tarballs, resolves their types, and imports each of their entry points
// with plain Node, without the condition that development uses.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './checks/run.ts';
import { ROOT } from './paths.ts';

const PACKAGES = ['circuits', 'runtime-types', 'sdk', 'offchain-worker', 'inference-node'] as const;
const BIN = join(ROOT, 'node_modules', '.bin');

/** Packs a package and returns the tarball. */
function pack(room: string, destination: string): string {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination];
  const json = execFileSync('npm', args, { cwd: join(ROOT, room), encoding: 'utf8' });
  const parsed = JSON.parse(json) as Record<string, { filename: string }>;
  const [packed] = Object.values(parsed);
  if (packed === undefined) throw new Error(`npm packed nothing for ${room}.`);
  return join(destination, packed.filename);
}

/** Unpacks a tarball where its own dependencies are found: beside the other packages, below the repository's node_modules. */
async function install(room: string, tarball: string, directory: string): Promise<void> {
  const target = join(directory, 'node_modules', '@training-ledger', room);
  await mkdir(target, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
  const own = join(ROOT, room, 'node_modules');
  if (existsSync(own)) await symlink(own, join(target, 'node_modules'));
}

/** Names under which a package can be imported. */
async function entryPoints(room: string): Promise<string[]> {
  const { name, exports } = JSON.parse(await readFile(join(ROOT, room, 'package.json'), 'utf8'));
  return Object.keys(exports).map((path) => `${name}${path.slice(1)}`);
}

async function importable(name: string, directory: string): Promise<boolean> {
  const code = `const m = await import('${name}'); if (Object.keys(m).length === 0) throw new Error('${name} exports nothing'); process.exit(0);`;
  const { NODE_OPTIONS: _, ...env } = process.env;
  const args = ['--input-type=module', '--eval', code];
  return (await run(process.execPath, args, { cwd: directory, env })).ok;
}

let passed = 0;
let failed = 0;
function note(what: string, ok: boolean): void {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${what}`);
  if (ok) passed += 1;
  else failed += 1;
}

const cache = join(ROOT, 'node_modules', '.cache');
await mkdir(cache, { recursive: true });
const directory = await mkdtemp(join(cache, 'package-check-'));
try {
  for (const room of PACKAGES) {
    const tarball = pack(room, directory);
    await install(room, tarball, directory);
    note(`${room}: publint`, (await run(join(BIN, 'publint'), ['run', tarball, '--strict'])).ok);
  }
  for (const room of PACKAGES) {
    for (const name of await entryPoints(room)) {
      note(`import '${name}'`, await importable(name, directory));
    }
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
