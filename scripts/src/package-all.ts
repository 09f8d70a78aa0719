// SPDX-License-Identifier: Apache-2.0
// `npm run package:all`: builds and packs every package, for an application outside the repository, and says how to install them.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './checks/run.ts';
import { pack, publishedRooms } from './packages/packed.ts';
import { ROOT } from './paths.ts';

const FOLDER = join(ROOT, 'packages');

const { ok } = await run(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-b']);
if (!ok) {
  console.error('The packages cannot be built: see above.');
  process.exit(1);
}
await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER);
for (const room of await publishedRooms()) console.log(pack(room, FOLDER));
// They name one another, and npm looks for what it is not given in the registry.
console.log(`\nIn the application's folder, all in one command:\n  npm install ${FOLDER}/*.tgz`);
