// SPDX-License-Identifier: Apache-2.0
// The ring of committee keys, with its tables made once a process.
import { KEY_RING } from './parameters.ts';
import { Ring } from './ring.ts';

let made: Ring | undefined;

/** The ring of {@link KEY_RING}. Functions of this folder take a smaller one in tests of known answers only. */
export function keyRing(): Ring {
  made ??= new Ring(KEY_RING);
  return made;
}
