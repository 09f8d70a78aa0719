// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "poseidon.circom";

// Poseidon over any number of elements: acc = tag + 2^32 n, then acc = P(acc, 15 elements) for each chunk, the last one
// filled with zeros. Tag and length in the first state keep different uses and lengths apart.
template HashMany(tag, n) {
    signal input in[n];
    signal output out;

    var chunks = (n + 14) \ 15;
    component hashes[chunks];
    for (var i = 0; i < chunks; i++) {
        hashes[i] = Poseidon(16);
        if (i == 0) {
            hashes[i].inputs[0] <== tag + (n << 32);
        } else {
            hashes[i].inputs[0] <== hashes[i - 1].out;
        }
        for (var j = 0; j < 15; j++) {
            if (15 * i + j < n) {
                hashes[i].inputs[j + 1] <== in[15 * i + j];
            } else {
                hashes[i].inputs[j + 1] <== 0;
            }
        }
    }
    out <== hashes[chunks - 1].out;
}
