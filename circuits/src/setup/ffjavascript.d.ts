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
  /** A group of a curve. */
  export interface Group {
    readonly F: { readonly n8: number };
    readonly g: Uint8Array;
    timesFr(point: Uint8Array, scalar: Uint8Array): Uint8Array;
    toAffine(point: Uint8Array): Uint8Array;
  }
  /** BN254, called BN128 there. */
  export interface Curve {
    readonly q: bigint;
    readonly Fr: Field;
    readonly F1: { readonly n8: number };
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
