// SPDX-License-Identifier: Apache-2.0
// BFV (Fan and Vercauteren, eprint 2012/144) by Microsoft SEAL in WASM, in the two rings of encrypted aggregation. Only this
// folder touches node-seal: its objects are freed and its exceptions become typed errors.
import { DEGREE, KEY, MASK, type RingParameters } from '@training-ledger/sdk';
import initialize, { type MainModule, type SEALContext } from 'node-seal';
import { WorkerError } from '../errors.ts';

/** SEAL with a context for each ring. */
export interface Seal {
  readonly module: MainModule;
  /** The ring in which one-time keys are encrypted. */
  readonly key: SEALContext;
  /** The ring in which updates are masked. */
  readonly mask: SEALContext;
}

let loading: Promise<Seal> | undefined;

/**
 * Loads SEAL, once a process: its tables take several megabytes.
 * @throws WorkerError `BFV_FAILED` if it refuses the parameters or takes other primes than the protocol's.
 */
export function loadSeal(): Promise<Seal> {
  loading ??= initialize().then((module) => ({
    module,
    key: createContext(module, KEY),
    mask: createContext(module, MASK),
  }));
  return loading;
}

/** A context at 128-bit security. Plain moduli are powers of two: values are coefficients, not slots. */
function createContext(seal: MainModule, ring: RingParameters): SEALContext {
  using parameters = new seal.EncryptionParameters(seal.SchemeType.bfv);
  using modulus = seal.CoeffModulus.Create(DEGREE, Int32Array.from(ring.modulusBits));
  using plain = new seal.Modulus(1n << BigInt(ring.plainBits));
  const primes = ring.primes.map((_, i) => {
    using prime = modulus.get(i);
    return Number(prime?.value());
  });
  parameters.setPolyModulusDegree(DEGREE);
  parameters.setCoeffModulus(modulus);
  parameters.setPlainModulus(plain);
  const context = new seal.SEALContext(parameters, true, seal.SecLevelType.tc128);
  if (!context.parametersSet() || primes.some((prime, i) => prime !== ring.primes[i])) {
    throw new WorkerError('BFV_FAILED', "SEAL does not take the protocol's parameters.", {
      details: `Of ${ring.modulusBits.join(', ')} bits.`,
    });
  }
  return context;
}
