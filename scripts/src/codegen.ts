// SPDX-License-Identifier: Apache-2.0
// Regenerates everything in runtime-types that comes of the committed WASM, offline; with --check, compares instead.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GENERATORS } from './codegen/generators.ts';
import { Types } from './codegen/registry.ts';
import { CHAIN, ROOT, RUNTIME_SOURCE, RUNTIME_TYPES, RUNTIME_WASM } from './paths.ts';
import { makeChainSpec, PRESETS } from './runtime/chain-spec.ts';
import { readMetadata } from './runtime/metadata.ts';
import { sha256, sourceHash } from './runtime/source.ts';

/** Formats TypeScript as the rest of the repository. */
function format(source: string): string {
  const args = ['format', '--stdin-file-path=generated.ts'];
  return execFileSync(join(ROOT, 'node_modules', '.bin', 'biome'), args, {
    cwd: ROOT,
    input: source,
    encoding: 'utf8',
  });
}

async function generate(): Promise<Map<string, string>> {
  const wasm = await readFile(RUNTIME_WASM);
  const files = new Map<string, string>();
  const metadata = await readMetadata(wasm);
  files.set('metadata/metadata.json', `${JSON.stringify({ metadata })}\n`);
  for (const paraId of Object.keys(PRESETS).map(Number)) {
    files.set(
      `specs/ledger-${paraId}.json`,
      `${JSON.stringify(await makeChainSpec(wasm, paraId))}\n`,
    );
  }
  const types = new Types(metadata);
  for (const generator of GENERATORS) {
    files.set(`src/generated/${generator.file}`, format(generator.generate(types)));
  }
  return files;
}

async function differences(files: ReadonlyMap<string, string>): Promise<string[]> {
  const wrong: string[] = [];
  for (const [path, text] of files) {
    const file = join(RUNTIME_TYPES, path);
    if (!existsSync(file) || (await readFile(file, 'utf8')) !== text) {
      wrong.push(`runtime-types/${path} is not what the WASM gives: run npm run codegen.`);
    }
  }
  const { sourceHash: recorded, wasmHash } = JSON.parse(await readFile(RUNTIME_SOURCE, 'utf8'));
  if (wasmHash !== sha256(await readFile(RUNTIME_WASM))) {
    wrong.push('The runtime WASM is not the recorded one: run npm run build:runtime.');
  }
  if (recorded !== (await sourceHash(CHAIN))) {
    wrong.push('The runtime WASM was not built from chain/ as it is: run npm run build:runtime.');
  }
  return wrong;
}

const files = await generate();
if (process.argv.includes('--check')) {
  const wrong = await differences(files);
  for (const line of wrong) console.error(line);
  console.log(
    wrong.length === 0 ? `${files.size} generated files are up to date.` : 'Out of date.',
  );
  process.exit(wrong.length === 0 ? 0 : 1);
}
for (const [path, text] of files) {
  const file = join(RUNTIME_TYPES, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
console.log(`${files.size} files generated in runtime-types.`);
process.exit(0);
