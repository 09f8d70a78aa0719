// SPDX-License-Identifier: GPL-3.0-only
// Development powers of tau, in the file format of snarkjs.
//
// tau, alpha and beta are hashes of a public string: whoever reads this can forge every proof made with keys that come
// of them. Because they are known, the Lagrange points of a power are one scalar multiplication each, where a ceremony's
// file needs Fourier transforms of points. Only the parts that a circuit of exactly this power reads are written.
import { createHash } from 'node:crypto';
import { createBinFile, endWriteSection, startWriteSection } from '@iden3/binfileutils';
import { buildBn128, type Curve, type Group } from 'ffjavascript';

/** The public string behind tau, alpha and beta. */
export const DEVELOPMENT_SEED = 'training-ledger/development-powers-of-tau/v1';

/** Writes `file` for circuits of 2^(power-1) to 2^power constraints. */
export async function writeDevelopmentPowers(
  file: string,
  power: number,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<void> {
  const curve = await buildBn128(true);
  try {
    const { Fr, G1, G2 } = curve;
    const secret = (name: string): Uint8Array => developmentSecret(curve, name);
    const [tau, alpha, beta] = [secret('tau'), secret('alpha'), secret('beta')];
    const lagrange = lagrangeAt(curve, tau, power);
    // Of the next power only every second point is read: those outside the domain.
    const odd = lagrangeAt(curve, tau, power + 1).map((value, i) =>
      i % 2 === 1 ? value : undefined,
    );
    const scaled = (factor: Uint8Array): Uint8Array[] =>
      lagrange.map((value) => Fr.mul(value, factor));

    const powers: Uint8Array[] = [Fr.one];
    while (powers.length < 2 ** (power + 1) - 1)
      powers.push(Fr.mul(powers.at(-1) as Uint8Array, tau));

    const total = 7 * 2 ** power;
    let done = 0;
    const points = (group: Group, scalars: readonly (Uint8Array | undefined)[]): Uint8Array => {
      const size = group.F.n8 * 2;
      const bytes = new Uint8Array(scalars.length * size);
      scalars.forEach((scalar, i) => {
        if (scalar === undefined) return;
        bytes.set(group.toAffine(group.timesFr(group.g, scalar)), i * size);
        if (++done % 4096 === 0) onProgress(done, total);
      });
      return bytes;
    };
    // Smaller powers lie in front of the one wanted and stay empty.
    const gap = (group: Group): Uint8Array => new Uint8Array((2 ** power - 1) * group.F.n8 * 2);

    const fd = await createBinFile(file, 'ptau', 1, 10, 1 << 22, 1 << 24);
    const section = async (id: number, ...parts: Uint8Array[]): Promise<void> => {
      await startWriteSection(fd, id);
      for (const part of parts) await fd.write(part);
      await endWriteSection(fd);
    };
    await section(1, header(curve, power));
    await section(2, points(G1, powers));
    await section(4, points(G1, [alpha]));
    await section(5, points(G1, [beta]));
    await section(6, points(G2, [beta]));
    await section(12, gap(G1), points(G1, lagrange), points(G1, odd));
    await section(13, gap(G2), points(G2, lagrange));
    await section(14, gap(G1), points(G1, scaled(alpha)));
    await section(15, gap(G1), points(G1, scaled(beta)));
    await section(7, new Uint8Array(4));
    await fd.close();
  } finally {
    await curve.terminate();
  }
}

function developmentSecret({ Fr }: Curve, name: string): Uint8Array {
  const digest = createHash('sha512').update(`${DEVELOPMENT_SEED}/${name}`).digest('hex');
  return Fr.e(BigInt(`0x${digest}`) % Fr.p);
}

/** L_i(tau) = (tau^n - 1) w^i / (n (tau - w^i)) for the n-th roots of unity w^i. */
function lagrangeAt({ Fr }: Curve, tau: Uint8Array, power: number): Uint8Array[] {
  const n = 2 ** power;
  const root = Fr.w[power] as Uint8Array;
  const common = Fr.div(Fr.sub(Fr.exp(tau, n), Fr.one), Fr.e(n));
  const values: Uint8Array[] = [];
  for (let i = 0, w = Fr.one; i < n; i++, w = Fr.mul(w, root)) {
    values.push(Fr.div(Fr.mul(common, w), Fr.sub(tau, w)));
  }
  return values;
}

/** Size and value of the base field's modulus, power of the file and of its ceremony. */
function header({ q, F1 }: Curve, power: number): Uint8Array {
  const bytes = new Uint8Array(4 + F1.n8 + 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, F1.n8, true);
  for (let i = 0, rest = q; i < F1.n8; i++, rest >>= 8n) bytes[4 + i] = Number(rest & 0xffn);
  view.setUint32(4 + F1.n8, power, true);
  view.setUint32(8 + F1.n8, power, true);
  return bytes;
}
