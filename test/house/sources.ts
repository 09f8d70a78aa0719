// SPDX-License-Identifier: Apache-2.0
// The TypeScript of a room, and what each of its files imports.
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
// biome-ignore lint/correctness/noUndeclaredDependencies: the tests' runner is a dependency of the whole project.
import { parseAst } from 'vitest/node';
import { ROOT } from '../docs/commands.ts';

/** A file, as a path from the repository, and the specifiers that it imports or exports from. */
export interface Source {
  readonly file: string;
  readonly imports: readonly string[];
}

/** Nodes that name a module in `source`: statements, `import(...)` in code, and `import(...)` in types. */
const NAMING: ReadonlySet<unknown> = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

/** The specifiers of a program. One that is computed is not known before it runs, and left out. */
export function importsOf(code: string): string[] {
  const found = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, source } = node as { type?: unknown; source?: { value?: unknown } | null };
    if (NAMING.has(type) && typeof source?.value === 'string') found.add(source.value);
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(code, { lang: 'ts' }));
  return [...found];
}

/** The sources of a room, by path. */
export async function sourcesOf(room: string): Promise<Source[]> {
  const exclude = (name: string): boolean => /(^|[\\/])(node_modules|dist|target)$/.test(name);
  const files: string[] = [];
  for await (const name of glob('**/*.{ts,mjs}', { cwd: join(ROOT, room), exclude })) {
    files.push(`${room}/${name.replaceAll('\\', '/')}`);
  }
  const read = async (file: string): Promise<Source> => ({
    file,
    imports: importsOf(await readFile(join(ROOT, file), 'utf8')),
  });
  return Promise.all(files.sort().map(read));
}
