// SPDX-License-Identifier: Apache-2.0
// An application in TypeScript that imports every entry point: it compiles, and no declaration of the packages has an error.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collectingOutput, run } from '../checks/run.ts';
import { ROOT } from '../paths.ts';
import { link } from './packed.ts';

/** How applications resolve packages: as Node does, and as bundlers do. */
export const RESOLUTIONS = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
} as const;

/** Errors of the compiler in the application and in the packages' declarations; those of other packages do not count. */
export async function typeErrors(
  directory: string,
  entryPoints: readonly string[],
  resolution: keyof typeof RESOLUTIONS,
): Promise<string[]> {
  const folder = join(directory, `types-${resolution}`);
  await mkdir(folder);
  const imports = entryPoints.map((name, i) => `import * as m${i} from '${name}';`);
  const used = `export const modules = [${entryPoints.map((_, i) => `m${i}`).join(', ')}];`;
  await writeFile(join(folder, 'application.ts'), `${[...imports, used].join('\n')}\n`);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const compilerOptions = {
    ...RESOLUTIONS[resolution],
    target: 'es2024',
    lib: ['es2024'],
    types: ['node'],
    strict: true,
    noEmit: true,
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  await link('.', ['@types/node'], directory);
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
  const args = ['-p', folder, '--pretty', 'false'];
  const { result } = await collectingOutput(() => run(tsc, args, { cwd: directory }));
  const { ok, output } = result;
  const errors = output.split('\n').filter((line) => line.includes('error TS'));
  if (!ok && errors.length === 0) return [output];
  return errors.filter((line) => /^types-|^node_modules\/@training-ledger\/|^error/.test(line));
}
