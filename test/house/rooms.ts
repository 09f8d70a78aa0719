// SPDX-License-Identifier: Apache-2.0
// The rooms of the house, bottom up, and which of them may import which.

/** Rooms of one storey may import every room below it, and not one another. */
export const STOREYS: readonly (readonly string[])[] = [
  ['runtime-types'],
  ['protocol'],
  ['circuits'],
  ['sdk'],
  ['offchain-worker', 'inference-node'],
  ['network'],
  ['examples', 'scripts'],
  ['test'],
];

/** What packages of the project are called, before the room's name. */
const SCOPE = '@training-ledger/';

/** All rooms, bottom up. */
export const ROOMS: readonly string[] = STOREYS.flat();

/** The room that a package of the project is in, by the package's name or a sub-path of it; undefined for packages of others. */
export function roomOf(specifier: string): string | undefined {
  return specifier.startsWith(SCOPE) ? specifier.slice(SCOPE.length).split('/')[0] : undefined;
}

/** Whether a room may import another one: itself, or one that is below it. A room without a storey is below none. */
export function mayImport(room: string, other: string): boolean {
  const storey = (name: string): number => STOREYS.findIndex((rooms) => rooms.includes(name));
  return room === other || (storey(other) !== -1 && storey(other) < storey(room));
}
