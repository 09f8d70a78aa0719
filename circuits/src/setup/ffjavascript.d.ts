// SPDX-License-Identifier: GPL-3.0-only
// The parts of ffjavascript and binfileutils that the package uses; neither ships types.
declare module 'ffjavascript' {
  /** A field whose elements are bytes in Montgomery form. */
  export interface Field {
    readonly p: bigint;
    readonly n8: number;
    readonly one: Uint8Array;
    readonly zero: Uint8Array;
    /** Roots of unity of order 2^i. */
    readonly w: readonly Uint8Array[];
    e(value: bigint | number | string): Uint8Array;
    add(a: Uint8Array, b: Uint8Array): Uint8Array;
    sub(a: Uint8Array, b: Uint8Array): Uint8Array;
    mul(a: Uint8Array, b: Uint8Array): Uint8Array;
    div(a: Uint8Array, b: Uint8Array): Uint8Array;
    exp(a: Uint8Array, exponent: number | bigint): Uint8Array;
  }
  /** A field of which square roots can be taken. */
  export interface BaseField extends Field {
    square(a: Uint8Array): Uint8Array;
    neg(a: Uint8Array): Uint8Array;
    isSquare(a: Uint8Array): boolean;
    sqrt(a: Uint8Array): Uint8Array;
    /** From and to an integer in little-endian bytes. */
    toMontgomery(a: Uint8Array): Uint8Array;
    fromMontgomery(a: Uint8Array): Uint8Array;
    toObject(a: Uint8Array): bigint;
  }
  /** A group of a curve. */
  export interface Group {
    readonly F: { readonly n8: number };
    readonly g: Uint8Array;
    readonly zero: Uint8Array;
    isZero(point: Uint8Array): boolean;
    eq(a: Uint8Array, b: Uint8Array): boolean;
    /** The sum of products of affine points and scalars, integers in little-endian bytes, as many for each. */
    multiExpAffine(points: Uint8Array, scalars: Uint8Array): Promise<Uint8Array>;
    timesFr(point: Uint8Array, scalar: Uint8Array): Uint8Array;
    toAffine(point: Uint8Array): Uint8Array;
  }
  /** BN254, called BN128 there. */
  export interface Curve {
    readonly q: bigint;
    readonly Fr: Field;
    readonly F1: BaseField;
    readonly G1: Group;
    readonly G2: Group;
    terminate(): Promise<void>;
  }
  export function buildBn128(singleThread?: boolean): Promise<Curve>;
}

declare module '@iden3/binfileutils' {
  export interface BinFile {
    write(bytes: Uint8Array): Promise<void>;
    close(): Promise<void>;
  }
  export function createBinFile(
    file: string,
    type: string,
    version: number,
    sections: number,
    cacheSize: number,
    pageSize: number,
  ): Promise<BinFile>;
  export function startWriteSection(fd: BinFile, id: number): Promise<void>;
  export function endWriteSection(fd: BinFile): Promise<void>;
}
