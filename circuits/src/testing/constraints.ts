// SPDX-License-Identifier: GPL-3.0-only
// What the tests of the circuits stand on: constraint systems compiled from the sources, and witnesses by the shipped
// calculators, or by compiled ones where none is shipped. Constraints are evaluated here with plain integers, by code apart
// from snarkjs.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CIRCUITS,
  type CircuitId,
  FIELD_ORDER,
  type Statement,
} from '@training-ledger/protocol/statements';
import { type CircuitSignals, wtns } from 'snarkjs';
import { vi } from 'vitest';
import { CACHE } from '../cache.ts';
import { developmentKeys, readKeyFile } from '../keys.ts';
import { CIRCOM_DIR, compile, withSources } from '../setup/compile.ts';
import { sourceHash } from '../setup/manifest.ts';

/** A linear combination of wires. */
type Combination = readonly { readonly wire: number; readonly factor: bigint }[];

/** Rank-1 constraints A w * B w = C w over wires w, where wire 0 is 1 and the public inputs follow. */
export interface ConstraintSystem {
  readonly wires: number;
  readonly publicInputs: number;
  /** Wires of inputs, public and private. */
  readonly inputs: readonly number[];
  readonly constraints: readonly (readonly [Combination, Combination, Combination])[];
}

/** A circuit's constraint system and witness calculator as its sources compile; kept by the hash of the sources. */
export async function compiled(id: CircuitId): Promise<{ r1cs: Uint8Array; wasm: Uint8Array }> {
  const directory = join(CACHE, `compiled-${(await sourceHash(id)).slice(0, 16)}`);
  if (!existsSync(directory)) {
    await withSources(async (staging) => {
      const files = await compile(staging, id);
      const made = join(staging, 'compiled');
      await mkdir(made);
      await rename(files.r1cs, join(made, 'r1cs'));
      await rename(files.wasm, join(made, 'wasm'));
      // Another test may have compiled it meanwhile.
      await rename(made, directory).catch((error: unknown) => {
        if (!existsSync(directory)) throw error;
      });
    });
  }
  const [r1cs, wasm] = await Promise.all(
    ['r1cs', 'wasm'].map((name) => readFile(join(directory, name))),
  );
  return { r1cs: r1cs as Uint8Array, wasm: wasm as Uint8Array };
}

/** Reads the format of https://github.com/iden3/r1csfile/blob/master/doc/r1cs_bin_format.md. */
export function readConstraints(bytes: Uint8Array): ConstraintSystem {
  const { view, sections } = openSections(bytes);
  const header = sections.get(1) as number;
  const counts = [36, 40, 44, 48].map((at) => view.getUint32(header + at, true));
  const [wires, outputs, inputs, secrets] = counts as [number, number, number, number];
  const count = view.getUint32(header + 60, true);
  let at = sections.get(2) as number;
  const combination = (): Combination => {
    const terms = view.getUint32(at, true);
    at += 4;
    return Array.from({ length: terms }, () => {
      const term = { wire: view.getUint32(at, true), factor: littleEndian(view, at + 4) };
      at += 36;
      return term;
    });
  };
  const constraints = Array.from(
    { length: count },
    () => [combination(), combination(), combination()] as const,
  );
  // Signals are numbered outputs and inputs first; a wire has the number of its signal.
  const labels = sections.get(3) as number;
  const isInput = (wire: number): boolean => {
    const label = Number(view.getBigUint64(labels + 8 * wire, true));
    return label >= 1 && label <= outputs + inputs + secrets;
  };
  return {
    wires,
    publicInputs: outputs + inputs,
    inputs: Array.from({ length: wires }, (_, wire) => wire).filter(isInput),
    constraints,
  };
}

async function calculator(circuit: CircuitId): Promise<Uint8Array> {
  if (!CIRCUITS.includes(circuit)) return (await compiled(circuit)).wasm;
  return readKeyFile((await developmentKeys.proving(circuit)).wasm);
}

/**
 * The witness that the calculator computes of input signals: every wire's value.
 * @throws Error `Assert Failed` of the calculator where a constraint of the sources does not hold.
 */
export async function calculate(
  circuit: CircuitId,
  inputs: Statement['inputs'],
): Promise<bigint[]> {
  const file: { readonly type: 'mem'; data?: Uint8Array } = { type: 'mem' };
  await wtns.calculate(inputs as CircuitSignals, await calculator(circuit), file);
  const { view, sections } = openSections(file.data as Uint8Array);
  const count = view.getUint32((sections.get(1) as number) + 36, true);
  const values = sections.get(2) as number;
  return Array.from({ length: count }, (_, i) => littleEndian(view, values + 32 * i));
}

/** A template and a line of its source. */
interface Frame {
  readonly template: string;
  readonly line: number;
}

/** Where the calculator refuses a statement with these inputs changed, innermost first; undefined if all holds. */
async function refusalFrames(
  { circuit, inputs }: Pick<Statement, 'circuit' | 'inputs'>,
  changes: Statement['inputs'],
): Promise<Frame[] | undefined> {
  // The calculator's runtime prints what it throws.
  const silenced = vi.spyOn(console, 'error').mockImplementation(() => {});
  try {
    await calculate(circuit, { ...inputs, ...changes });
    return undefined;
  } catch (error) {
    const found = String(error).matchAll(/Error in template (\w+?)_\d+ line: (\d+)/g);
    const frames = [...found].map(([, template, line]) => ({
      template: template as string,
      line: Number(line),
    }));
    // Anything else, such as an unknown signal, is a mistake of the test.
    if (!/Assert Failed/.test(String(error)) || frames.length === 0) throw error;
    return frames;
  } finally {
    silenced.mockRestore();
  }
}

/** The lines of our own sources among the frames of a refusal. */
async function refusalLines(
  statement: Pick<Statement, 'circuit' | 'inputs'>,
  changes: Statement['inputs'],
): Promise<(string | undefined)[] | undefined> {
  const frames = await refusalFrames(statement, changes);
  if (frames === undefined) return undefined;
  const files = await readdir(CIRCOM_DIR, { recursive: true });
  const sources = await Promise.all(
    files
      .filter((name) => name.endsWith('.circom'))
      .map((name) => readFile(new URL(name, CIRCOM_DIR), 'utf8')),
  );
  return frames.flatMap(({ template, line }) => {
    const source = sources.find((text) => text.includes(`template ${template}(`));
    return source === undefined ? [] : [source.split('\n')[line - 1]?.trim()];
  });
}

/**
 * Where the calculator refuses a statement with these inputs changed: the line of the circuit's main template whose
 * constraint, there or in a component that it feeds, does not hold. Undefined if all hold.
 */
export async function refusal(
  statement: Pick<Statement, 'circuit' | 'inputs'>,
  changes: Statement['inputs'] = {},
): Promise<string | undefined> {
  return (await refusalLines(statement, changes))?.at(-1);
}

/** As {@link refusal}, but the innermost line of ours, in whichever template. */
export async function innerRefusal(
  statement: Pick<Statement, 'circuit' | 'inputs'>,
  changes: Statement['inputs'] = {},
): Promise<string | undefined> {
  return (await refusalLines(statement, changes))?.at(0);
}

/** Whether the calculator refuses a statement with these inputs changed. */
export async function isRefused(
  statement: Pick<Statement, 'circuit' | 'inputs'>,
  changes: Statement['inputs'] = {},
): Promise<boolean> {
  return (await refusal(statement, changes)) !== undefined;
}

/** Values of the three combinations of each constraint. */
export function evaluate(system: ConstraintSystem, witness: readonly bigint[]): bigint[][] {
  return system.constraints.map((constraint) =>
    constraint.map((terms) =>
      terms.reduce((sum, { wire, factor }) => sum + factor * (witness[wire] as bigint), 0n),
    ),
  );
}

const holds = ([a, b, c]: readonly bigint[]): boolean =>
  ((a as bigint) * (b as bigint) - (c as bigint)) % FIELD_ORDER === 0n;

/** Whether all constraints hold. */
export function isSatisfied(system: ConstraintSystem, witness: readonly bigint[]): boolean {
  return witness[0] === 1n && evaluate(system, witness).every(holds);
}

/** Wires of a valid witness that could have `change` added while all constraints still hold. */
export function looseWires(
  system: ConstraintSystem,
  witness: readonly bigint[],
  change: bigint,
): number[] {
  const bound = new Set([0]);
  const values = evaluate(system, witness);
  system.constraints.forEach((constraint, i) => {
    const moved = new Map<number, [bigint, bigint, bigint]>();
    constraint.forEach((terms, side) => {
      for (const { wire, factor } of terms) {
        if (bound.has(wire)) continue;
        const sides = moved.get(wire) ?? ([...(values[i] as bigint[])] as [bigint, bigint, bigint]);
        sides[side] = (sides[side] as bigint) + factor * change;
        moved.set(wire, sides);
      }
    });
    for (const [wire, sides] of moved) if (!holds(sides)) bound.add(wire);
  });
  return Array.from({ length: system.wires }, (_, wire) => wire).filter((wire) => !bound.has(wire));
}

/** snarkjs leaves its curve's threads running; they would keep the tests from ending. */
export async function stopCurve(): Promise<void> {
  const { curve_bn128: curve } = globalThis as { curve_bn128?: { terminate(): Promise<void> } };
  await curve?.terminate();
}

/** Places of the sections of a file of the iden3 family, behind their heads. */
function openSections(bytes: Uint8Array): { view: DataView; sections: Map<number, number> } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sections = new Map<number, number>();
  let at = 12;
  for (let i = 0; i < view.getUint32(8, true); i++) {
    sections.set(view.getUint32(at, true), at + 12);
    at += 12 + Number(view.getBigUint64(at + 4, true));
  }
  return { view, sections };
}

/** 32 bytes as a number. */
function littleEndian(view: DataView, at: number): bigint {
  const word = (i: number): bigint => view.getBigUint64(at + 8 * i, true);
  return word(0) | (word(1) << 64n) | (word(2) << 128n) | (word(3) << 192n);
}
