// SPDX-License-Identifier: GPL-3.0-only
// Generators of vector commitments, which nobody knows a relation between: hashes that are coordinates of points. G_i has as x
// sha256("training-ledger/pedersen/v1" || u32le i || u8 counter), a little-endian integer without its top two bits, for the first
// counter with which x is below the modulus and x^3 + 3 a square, and as y the smaller of the two roots.
//
// They are kept in a file that the native program shares (circuits/native/src/generators.rs): "TLG1", their number (u32le),
// sha256 of the rest, then x and y of each, 32 bytes in Montgomery form: affine points as ffjavascript has them.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Curve } from 'ffjavascript';
import { CACHE } from '../cache.ts';
import { MAX_SCALARS } from './committer.ts';
import { isBelow, littleEndian } from './scalars.ts';

const DOMAIN = 'training-ledger/pedersen/v1';
const MAGIC = 'TLG1';
const HEAD = 40;
/** Bytes of an affine point. */
export const POINT_BYTES = 64;
/** Generators are made in steps of as many, so that slightly longer vectors do not rewrite the file. */
const STEP = 1024;
/** The event loop turns after as many. */
const TURN = 128;

/** The file of generators in a folder. */
export function generatorsFile(folder: string = join(CACHE, 'generators')): string {
  return join(folder, 'pedersen-v1');
}

/** The generators that were needed until now, in memory and in a file, which need not exist. */
export class Generators {
  readonly #file: string;
  #points: Uint8Array = new Uint8Array();
  #wasRead = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** The first `count`, {@link POINT_BYTES} each. One call at a time. That the file cannot be written costs time only. */
  async first(count: number, curve: Curve): Promise<Uint8Array> {
    const length = count * POINT_BYTES;
    if (this.#points.length < length && !this.#wasRead) {
      this.#points = (await readPoints(this.#file)) ?? this.#points;
      this.#wasRead = true;
    }
    if (this.#points.length < length) {
      const end = Math.min(Math.ceil(count / STEP) * STEP, MAX_SCALARS);
      this.#points = await extend(this.#points, end, curve);
      await writePoints(this.#file, this.#points).catch(() => {});
    }
    return this.#points.subarray(0, length);
  }
}

async function extend(points: Uint8Array, end: number, curve: Curve): Promise<Uint8Array> {
  const extended = new Uint8Array(end * POINT_BYTES);
  extended.set(points);
  const derive = deriver(curve);
  for (let i = points.length / POINT_BYTES; i < end; i++) {
    extended.set(derive(i), i * POINT_BYTES);
    if (i % TURN === 0) await setImmediate();
  }
  return extended;
}

/** Makes single generators. */
function deriver({ F1, q }: Curve): (index: number) => Uint8Array {
  const [modulus, half, three] = [littleEndian(q), littleEndian((q + 1n) / 2n), F1.e(3)];
  const input = Buffer.concat([Buffer.from(DOMAIN), Buffer.alloc(5)]);
  return (index) => {
    input.writeUInt32LE(index, DOMAIN.length);
    // A counter is refused with a probability of 0.62: all 256 of them never are.
    for (let counter = 0; ; counter++) {
      input.writeUInt8(counter, DOMAIN.length + 4);
      const digest = createHash('sha256').update(input).digest();
      digest.writeUInt8(digest.readUInt8(31) & 0x3f, 31);
      if (!isBelow(digest, modulus)) continue;
      const x = F1.toMontgomery(digest);
      const square = F1.add(F1.mul(F1.square(x), x), three);
      if (!F1.isSquare(square)) continue;
      const root = F1.sqrt(square);
      const y = isBelow(F1.fromMontgomery(root), half) ? root : F1.neg(root);
      return Buffer.concat([x, y]);
    }
  };
}

/** What the file holds; undefined if it is not whole. */
async function readPoints(file: string): Promise<Uint8Array | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined || bytes.length < HEAD) return undefined;
  const points = bytes.subarray(HEAD);
  const count = bytes.readUInt32LE(4);
  const isWhole =
    bytes.toString('latin1', 0, 4) === MAGIC &&
    count <= MAX_SCALARS &&
    points.length === count * POINT_BYTES &&
    createHash('sha256').update(points).digest().equals(bytes.subarray(8, HEAD));
  // No Buffer: its slices, which ffjavascript sends to threads one by one, would each take the whole file along.
  return isWhole ? new Uint8Array(points.buffer, points.byteOffset, points.length) : undefined;
}

/** Writes the file as a whole: others may read it meanwhile. */
async function writePoints(file: string, points: Uint8Array): Promise<void> {
  const head = Buffer.alloc(HEAD);
  head.write(MAGIC, 'latin1');
  head.writeUInt32LE(points.length / POINT_BYTES, 4);
  createHash('sha256').update(points).digest().copy(head, 8);
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, Buffer.concat([head, points]));
  await rename(draft, file);
}
