// SPDX-License-Identifier: Apache-2.0
// Circles of imports: files of which each reaches every other one by imports (strongly connected components, Tarjan 1972).

/** What each file imports, by file. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** Every circle of more than one file, or of a file that imports itself; the files of a circle and the circles sorted by name. */
export function circlesOf(imports: Imports): string[][] {
  const order = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    const own = order.size;
    let lowest = own;
    order.set(file, own);
    open.push(file);
    for (const next of imports.get(file) ?? []) {
      const seen = order.get(next);
      if (seen === undefined) lowest = Math.min(lowest, visit(next));
      else if (open.includes(next)) lowest = Math.min(lowest, seen);
    }
    if (lowest === own) {
      const circle = open.splice(open.indexOf(file)).sort();
      if (circle.length > 1 || imports.get(file)?.includes(file)) circles.push(circle);
    }
    return lowest;
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
}
