// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "poseidon.circom";
include "bitify.circom";
include "hash.circom";
include "packing.circom";

// Least number of bits of a signed integer whose magnitude is at most `bound`.
function signedBits(bound) {
    var bits = 1;
    while ((1 << (bits - 1)) <= bound) {
        bits++;
    }
    return bits;
}

// Largest sum of the magnitudes of what a layer takes in, its constant 127 among them: of F signed 8-bit features ...
function featureMass(F) {
    return 128 * F + 127;
}

// ... and of H activations, each floor(a / 2^12) of a sum a of signed 16-bit weights times F features and the constant.
function hiddenMass(F, H) {
    return 8 * featureMass(F) * H + 127;
}

// Commitment to n signed 16-bit weights, which it range-checks: P(hashMany(tag, packed), salt).
template WeightsCommitment(tag, n) {
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
    component digest = HashMany(tag, (n + 14) \ 15);
    digest.in <== packed.out;
    component commitment = Poseidon(2);
    commitment.inputs[0] <== digest.out;
    commitment.inputs[1] <== salt;
    out <== commitment.out;
}

// ReLU of N samples' H sums: h[n][j] = floor(max(0, a[n][j]) / 2^12), with a constrained to A signed bits. Gives the sums
// for the transcript, and what Freivalds' check needs of both: sum_n r^n a[n][j] and sum_n r^n h[n][j].
template Relu(H, A, N) {
    var PER = 248 \ A;
    signal input a[N][H];
    signal input powers[N];
    signal output packed[(N * H + PER - 1) \ PER];
    signal output sums[H];
    signal output activationSums[H];

    component pack = Pack(N * H, A, PER);
    component bits[N][H];
    signal active[N][H];
    signal sumTerms[N][H];
    signal activationTerms[N][H];
    for (var n = 0; n < N; n++) {
        for (var j = 0; j < H; j++) {
            // Shifted up by 2^(A-1), the top bit says that the sum is not negative; those below it are then the sum.
            bits[n][j] = Num2Bits(A);
            bits[n][j].in <== a[n][j] + (1 << (A - 1));
            pack.in[n * H + j] <== a[n][j] + (1 << (A - 1));
            var upper = 0;
            for (var i = 12; i < A - 1; i++) {
                upper += bits[n][j].out[i] * (1 << (i - 12));
            }
            active[n][j] <== bits[n][j].out[A - 1] * upper;
            sumTerms[n][j] <== powers[n] * a[n][j];
            activationTerms[n][j] <== powers[n] * active[n][j];
        }
    }
    packed <== pack.out;
    for (var j = 0; j < H; j++) {
        var sum = 0;
        var activationSum = 0;
        for (var n = 0; n < N; n++) {
            sum += sumTerms[n][j];
            activationSum += activationTerms[n][j];
        }
        sums[j] <== sum;
        activationSums[j] <== activationSum;
    }
}

// A layer of I inputs and O outputs on the inputs' combination `in` = sum_n r^n x[n]: out[o] = sum_n r^n (row o on x[n]).
// A row is I weights, and a bias for the constant input 127.
template Layer(I, O) {
    signal input weights[O * (I + 1)];
    signal input in[I];
    signal input powerSum;
    signal output out[O];

    signal terms[O][I + 1];
    for (var o = 0; o < O; o++) {
        var sum = 0;
        for (var i = 0; i < I; i++) {
            terms[o][i] <== weights[o * (I + 1) + i] * in[i];
            sum += terms[o][i];
        }
        terms[o][I] <== 127 * weights[o * (I + 1) + I] * powerSum;
        out[o] <== sum + terms[o][I];
    }
}
