// SPDX-License-Identifier: Apache-2.0
// Poseidon (Grassi et al., eprint 2019/458) with circomlib's parameters, and its chain over many elements.
import * as poseidonLite from 'poseidon-lite';

type Poseidon = (inputs: bigint[]) => bigint;

const widths: readonly Poseidon[] = [
  poseidonLite.poseidon1,
  poseidonLite.poseidon2,
  poseidonLite.poseidon3,
  poseidonLite.poseidon4,
  poseidonLite.poseidon5,
  poseidonLite.poseidon6,
  poseidonLite.poseidon7,
  poseidonLite.poseidon8,
  poseidonLite.poseidon9,
  poseidonLite.poseidon10,
  poseidonLite.poseidon11,
  poseidonLite.poseidon12,
  poseidonLite.poseidon13,
  poseidonLite.poseidon14,
  poseidonLite.poseidon15,
  poseidonLite.poseidon16,
] as unknown as readonly Poseidon[];

/** Poseidon of 1 to 16 scalars. */
export function poseidon(inputs: readonly bigint[]): bigint {
  const hash = widths[inputs.length - 1];
  if (hash === undefined)
    throw new RangeError(`Poseidon takes 1 to 16 inputs, not ${inputs.length}`);
  return hash([...inputs]);
}

/** Elements that one step of {@link hashMany} takes in. */
const RATE = 15;

/**
 * Hash of any number of scalars: acc = tag + 2^32 n, then acc = P(acc, 15 scalars) for each chunk, the last one filled
 * with zeros. Mirrors `HashMany` of circom/lib/hash.circom.
 */
export function hashMany(tag: number, elements: readonly bigint[]): bigint {
  let accumulator = BigInt(tag) + (BigInt(elements.length) << 32n);
  for (let i = 0; i < elements.length; i += RATE) {
    const chunk = elements.slice(i, i + RATE);
    while (chunk.length < RATE) chunk.push(0n);
    accumulator = poseidon([accumulator, ...chunk]);
  }
  return accumulator;
}

/** Packs integers of `width` bits, `perElement` to a scalar, the first one lowest. */
export function pack(values: readonly bigint[], width: number, perElement: number): bigint[] {
  const packed: bigint[] = [];
  for (let i = 0; i < values.length; i += perElement) {
    let element = 0n;
    values.slice(i, i + perElement).forEach((value, j) => {
      element |= value << BigInt(width * j);
    });
    packed.push(element);
  }
  return packed;
}
