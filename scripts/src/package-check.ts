// SPDX-License-Identifier: Apache-2.0
// Packs the packages as npm would publish them, lints the tarballs, compiles an application against their types, and uses them without
// the condition that development uses: on the Node that runs this and on the least one that they are for. On older ones they say so.
import { copyFile, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LEAST_NODE } from '@training-ledger/runtime-types/node-version';
import { programCounts } from './checks/counts.ts';
import { collectingOutput, run } from './checks/run.ts';
import { RESOLUTIONS, typeErrors } from './packages/consumer.ts';
import { wrongEnd, wrongImports } from './packages/old-node.ts';
import { type PackedPackage, packPackages } from './packages/packed.ts';
import { fetchNode, firstLine } from './packages/programs.ts';
import { ROOT } from './paths.ts';

/** Too old: the last of the one before the last, and the first of the last. */
const OLD_NODES = ['18.20.8', '20.0.0'];
const BIN = join(ROOT, 'node_modules', '.bin');
const APPLICATION = join(ROOT, 'scripts', 'dist', 'packages', 'application.js');

let passed = 0;
let failed = 0;
function note(what: string, problems: string | readonly string[] | undefined): void {
  const lines = problems === undefined ? [] : [problems].flat();
  console.log(`${lines.length === 0 ? 'ok    ' : 'FAILED'} ${what}`);
  for (const line of lines) console.log(`       ${line}`);
  if (lines.length === 0) passed += 1;
  else failed += 1;
}

/** The program of another Node; undefined, and a line that says so, where it cannot be fetched. */
async function otherNode(version: string): Promise<string | undefined> {
  try {
    return await fetchNode(version);
  } catch (error) {
    console.log(`SKIPPED: Node ${version} cannot be fetched: ${firstLine(String(error))}`);
    return undefined;
  }
}

async function usePackages(node: string, packages: readonly PackedPackage[]): Promise<void> {
  const { NODE_OPTIONS: _, ...rest } = process.env;
  const options = { cwd: directory, env: { ...rest, TRAINING_LEDGER_PASSPHRASE: 'correct horse' } };
  const entryPoints = packages.flatMap((one) => one.entryPoints);
  const { ok, output } = await run(node, ['application.js', ...entryPoints], options);
  const counts = programCounts(output, ok);
  passed += counts.passed;
  failed += counts.failed;
  const keystore = join(await mkdtemp(join(directory, 'keys-')), 'worker.json');
  const commands = packages.flatMap(({ programs }) =>
    Object.entries(programs).map(([name, file]) => ({ name, args: [file, '--help'] })),
  );
  const worker = packages.find(({ room }) => room === 'offchain-worker')?.programs;
  const [file] = Object.values(worker ?? {});
  const generate = ['keys', 'generate', '--keystore', keystore];
  commands.push({ name: 'keys generate', args: [file as string, ...generate] });
  for (const { name, args } of commands) {
    const { result } = await collectingOutput(() => run(node, args, options));
    note(name, result.ok ? undefined : result.output);
  }
}

const directory = await realpath(await mkdtemp(join(tmpdir(), 'training-ledger-packages-')));
try {
  note(
    'build',
    (await run(join(BIN, 'tsc'), ['-b'])).ok ? undefined : 'The packages do not compile.',
  );
  const packages = await packPackages(directory);
  const entryPoints = packages.flatMap((one) => one.entryPoints);
  await writeFile(join(directory, 'package.json'), JSON.stringify({ type: 'module' }));
  await copyFile(APPLICATION, join(directory, 'application.js'));
  const least = LEAST_NODE.replace(/\.0$/, '');
  for (const { room, tarball, engines } of packages) {
    const isRight = engines === `>=${LEAST_NODE}`;
    note(`${room}: engines`, isRight ? undefined : `${engines} is not >=${LEAST_NODE}.`);
    const readme = await readFile(join(ROOT, room, 'README.md'), 'utf8').catch(() => undefined);
    const isStated = readme?.includes(`Node ${least} or newer`) ?? true;
    note(`${room}: README`, isStated ? undefined : `It does not say: Node ${least} or newer.`);
    const { ok } = await run(join(BIN, 'publint'), ['run', tarball, '--strict']);
    note(`${room}: publint`, ok ? undefined : 'publint found something.');
  }
  for (const resolution of Object.keys(RESOLUTIONS) as (keyof typeof RESOLUTIONS)[]) {
    note(`types (${resolution})`, await typeErrors(directory, entryPoints, resolution));
  }
  await usePackages(process.execPath, packages);
  const leastNode = await otherNode(LEAST_NODE);
  if (leastNode !== undefined) await usePackages(leastNode, packages);
  for (const version of OLD_NODES) {
    const node = await otherNode(version);
    if (node === undefined) continue;
    note(`imports on Node ${version}`, wrongImports(node, version, directory, entryPoints));
    for (const [name, program] of packages.flatMap((one) => Object.entries(one.programs))) {
      note(`${name} on Node ${version}`, wrongEnd(node, version, directory, program));
    }
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
