// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "poseidon.circom";
include "hash.circom";
include "packing.circom";

// Bits of the difference of two scores: |score| < (F + 1) 2^22, see docs/protocol.md.
function scoreBits(F) {
    var bits = 22;
    while ((1 << (bits - 22)) < F + 1) {
        bits++;
    }
    return bits + 1;
}

// Commitment to n signed 16-bit weights, which it range-checks: P(hashMany(1, packed), salt).
template StateCommitment(n) {
    signal input weights[n];
    signal input salt;
    signal output out;

    component packed = Pack(n, 16, 15);
    component signed[n];
    for (var i = 0; i < n; i++) {
        signed[i] = Signed(16);
        signed[i].in <== weights[i];
        packed.in[i] <== signed[i].shifted;
    }
    var count = (n + 14) \ 15;
    component digest = HashMany(1, count);
    digest.in <== packed.out;
    component commitment = Poseidon(2);
    commitment.inputs[0] <== digest.out;
    commitment.inputs[1] <== salt;
    out <== commitment.out;
}

// Constrains a row to hold one 1 and zeros, and gives its place.
template OneHot(C) {
    signal input in[C];
    signal output index;

    var sum = 0;
    var place = 0;
    for (var c = 0; c < C; c++) {
        in[c] * (in[c] - 1) === 0;
        sum += in[c];
        place += c * in[c];
    }
    sum === 1;
    index <== place;
}

// Scores of one sample: row c of the weights times the features, and the bias times 127.
template Scores(F, C) {
    signal input weights[C * (F + 1)];
    signal input features[F];
    signal output out[C];

    signal products[C][F];
    for (var c = 0; c < C; c++) {
        var sum = 127 * weights[c * (F + 1) + F];
        for (var f = 0; f < F; f++) {
            products[c][f] <== weights[c * (F + 1) + f] * features[f];
            sum += products[c][f];
        }
        out[c] <== sum;
    }
}

// The entry of a row that a one-hot row selects.
template Select(C) {
    signal input in[C];
    signal input selector[C];
    signal output out;

    signal products[C];
    var sum = 0;
    for (var c = 0; c < C; c++) {
        products[c] <== in[c] * selector[c];
        sum += products[c];
    }
    out <== sum;
}
