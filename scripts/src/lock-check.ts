// SPDX-License-Identifier: Apache-2.0
// Checks that `npm install` leaves the lock file as it is, and that README's oldest Node, with its npm, starts the repository's commands.
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type LockFile, lockProblems } from './checks/lock-file.ts';
import { collectingOutput, run } from './checks/run.ts';
import { fetchNode, fetchNpm, firstLine } from './packages/programs.ts';
import { ROOT } from './paths.ts';

/** The least version with which npm can install the project, and the npm that came with it. */
const OLDEST = { node: '20.19.0', npm: '10.8.2' };
const LOCK = 'package-lock.json';
/** Resolves dependencies by the lock file alone: npm may ask nobody, and remembers nothing. */
const INSTALL = ['install', '--package-lock-only', '--ignore-scripts', '--offline'];
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

const REMEDY = 'The lock file is not that of the package.json files: npm install --save makes it.';

type Command = readonly [program: string, ...args: string[]];

let passed = 0;
let failed = 0;
function note(what: string, problems: readonly string[]): void {
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${what}`);
  for (const problem of problems) console.log(`       ${problem}`);
  if (problems.length === 0) passed += 1;
  else failed += 1;
}

/** What is wrong with the lock file that an npm leaves in a copy of the project, which has descriptions only. */
async function problemsAfter([program, ...args]: Command, save: boolean): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'training-ledger-lock-'));
  try {
    const { workspaces } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    for (const room of ['.', ...workspaces]) {
      await mkdir(join(folder, room), { recursive: true });
      await copyFile(join(ROOT, room, 'package.json'), join(folder, room, 'package.json'));
    }
    for (const file of [LOCK, '.npmrc']) await copyFile(join(ROOT, file), join(folder, file));
    const given = [...INSTALL, ...QUIET, '--cache', join(folder, 'cache')];
    const install = [...args, ...given, ...(save ? ['--save'] : [])];
    const { result } = await collectingOutput(() => run(program, install, { cwd: folder }));
    if (!result.ok) return [result.output, REMEDY];
    const [before, after] = await Promise.all([ROOT, folder].map(read));
    const isSame = save ? comparable(before) === comparable(after) : before === after;
    return isSame ? [] : [REMEDY];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A lock file without what npm 10 does not write. */
const comparable = (text = ''): string => text.replace(/\n *"libc": \[[^\]]*\],?/g, '');

const read = (folder: string): Promise<string> => readFile(join(folder, LOCK), 'utf8');

const text = await read(ROOT);
note('the lock file is whole', lockProblems(JSON.parse(text) as LockFile));
note('npm would write the same lock file', await problemsAfter(['npm'], true));
note('npm install leaves the lock file alone', await problemsAfter(['npm'], false));
const said = `Node ${OLDEST.node.replace(/\.0$/, '')} or newer and npm`;
const isSaid = (await readFile(join(ROOT, 'README.md'), 'utf8')).includes(said);
note('README says which Node', isSaid ? [] : [`It does not say: ${said}`]);
const { engines } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
const isNamed = engines.node.startsWith(`^${OLDEST.node} `);
note('engines of the project', isNamed ? [] : [`${engines.node} does not begin with that Node.`]);
const fetched = await Promise.all([fetchNode(OLDEST.node), fetchNpm(OLDEST.npm)]).catch(String);
if (typeof fetched === 'string') {
  console.log(`SKIPPED: Node ${OLDEST.node} or its npm cannot be fetched: ${firstLine(fetched)}`);
} else {
  const [node, npm] = fetched;
  const name = `npm ${OLDEST.npm} on Node ${OLDEST.node}`;
  note(`${name} leaves the lock file alone`, await problemsAfter([node, npm], false));
  // The script that runs this has put the local Node on the path. A Node of that age runs no TypeScript.
  const path = (process.env['PATH'] ?? '').split(delimiter);
  const others = path.filter((folder) => !folder.includes('node_modules'));
  const env = { ...process.env, PATH: [dirname(node), ...others].join(delimiter) };
  const { result } = await collectingOutput(() =>
    run(node, [npm, 'start', '--', '--help'], { env }),
  );
  note(`${name} starts commands`, result.ok ? [] : [result.output]);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
