// SPDX-License-Identifier: Apache-2.0
// What the repository's own scripts and tests use of Node 24. The types of Node are those of the least version that the packages run
// on, so that the compiler refuses what that one lacks.
import type { InputType, ZlibOptions } from 'node:zlib';

declare module 'node:zlib' {
  interface ZstdOptions extends Pick<ZlibOptions, 'maxOutputLength'> {
    readonly params?: Readonly<Record<number, number>>;
  }
  function zstdCompressSync(data: InputType, options?: ZstdOptions): Buffer;
  function zstdDecompressSync(data: InputType, options?: ZstdOptions): Buffer;
  namespace constants {
    const ZSTD_c_compressionLevel: number;
  }
}
