// SPDX-License-Identifier: Apache-2.0
// The compiler refuses what the least version of Node lacks: this file does not compile if it accepts one of these.

// @ts-expect-error came with Node 24
export type Stack = AsyncDisposableStack;
// @ts-expect-error came with Node 24
export type Halves = Float16Array;
// @ts-expect-error came with Node 24.2
export const isMain = (): boolean => import.meta.main;
// @ts-expect-error came with Node 24
export const escaped = (text: string): string => RegExp.escape(text);
// @ts-expect-error came with Node 25
export const bytes = (text: string): Uint8Array => Uint8Array.fromBase64(text);
