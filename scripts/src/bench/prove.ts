// SPDX-License-Identifier: Apache-2.0
// A process that proves the benchmark's statement with one of our provers and prints how long it took: bench/proofs.ts starts it.
import {
  createNativeProver,
  createSnarkjsProver,
  developmentKeys,
} from '@training-ledger/circuits';
import { benchmarkStatement } from './statement.ts';

const [backend, circuit, runs] = process.argv.slice(2);
const prover = (backend === 'native' ? createNativeProver : createSnarkjsProver)({
  keys: developmentKeys,
});
const { statement } = await benchmarkStatement(circuit as string);
const times: number[] = [];
const witness: number[] = [];
let bytes = 0;
// The first one starts the process and reads the key.
for (let run = 0; run <= Number(runs); run++) {
  const started = performance.now();
  let computed = started;
  const proved = await prover.prove(statement, {
    onProgress: (phase) => {
      if (phase === 'proof') computed = performance.now();
    },
  });
  const ended = performance.now();
  if (run > 0) {
    times.push(ended - started);
    witness.push(computed - started);
  }
  bytes = proved.proof.length;
  if (run === 0 && !(await prover.verify(proved))) throw new Error('The proof does not hold.');
}
console.log(JSON.stringify({ times, witness, bytes }));
await prover.close();
process.exit(0);
