// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "hash.circom";

// r^0 .. r^(N-1), and their sum.
template Powers(N) {
    signal input r;
    signal output out[N];
    signal output sum;

    out[0] <== 1;
    var total = 1;
    for (var n = 1; n < N; n++) {
        out[n] <== out[n - 1] * r;
        total += out[n];
    }
    sum <== total;
}

// Holds u against the verifier's value: z is a hash of r and u, and v = sum_f z^f u[f].
template Evaluation(F) {
    signal input r;
    signal input z;
    signal input v;
    signal input u[F + 1];

    component point = HashMany(5, F + 2);
    point.in[0] <== r;
    for (var f = 0; f <= F; f++) {
        point.in[1 + f] <== u[f];
    }
    point.out === z;

    // Horner: v = u[0] + z (u[1] + z (u[2] + ...)).
    signal horner[F + 1];
    horner[F] <== u[F];
    for (var f = F - 1; f >= 0; f--) {
        horner[f] <== u[f] + z * horner[f + 1];
    }
    horner[0] === v;
}
