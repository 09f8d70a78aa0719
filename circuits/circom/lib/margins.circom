// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "bitify.circom";
include "packing.circom";
include "model.circom";

// Which of N samples are classified correctly, by the leads of the label's score over the others.
//
// A sample has C - 1 slots. Slot c holds the lead over class c, or over the last class where c is the label. A lead is
// e + 1 where the sample is flagged, which is above zero, and e - 2^(D-1) otherwise, of either sign; e has D bits.
//
// Gives `packed`, which determines e, labels and flags; `correct`, the number of flags; and what Freivalds' check needs:
// labelSum = sum_n r^n y[n] and differences[c] = sum_n r^n (s[n][c] - s[n][C-1]).
template Margins(C, D, N) {
    var PER = 248 \ D;
    var marginElements = (N * (C - 1) + PER - 1) \ PER;
    var labelElements = (N + 26) \ 27;
    signal input e[N][C - 1];
    // One-hot rows.
    signal input labels[N][C];
    signal input q[N];
    signal input powers[N];
    signal output packed[marginElements + labelElements];
    signal output correct;
    signal output labelSum;
    signal output differences[C - 1];

    component packedMargins = Pack(N * (C - 1), D, PER);
    component packedLabels = Pack(N, 9, 27);
    component label[N];
    component range[N][C - 1];
    signal labelTerms[N];
    signal own[N][C - 1];
    signal terms[N][C - 1];
    var count = 0;
    var labelTotal = 0;
    for (var n = 0; n < N; n++) {
        q[n] * (q[n] - 1) === 0;
        count += q[n];
        label[n] = OneHot(C);
        label[n].in <== labels[n];
        packedLabels.in[n] <== label[n].index + 256 * q[n];
        labelTerms[n] <== powers[n] * label[n].index;
        labelTotal += labelTerms[n];
        // The lead over the last class stands where the label is; the last class has no slot of its own.
        var overLast = 0;
        for (var c = 0; c < C - 1; c++) {
            range[n][c] = Num2Bits(D);
            range[n][c].in <== e[n][c];
            packedMargins.in[n * (C - 1) + c] <== e[n][c];
            own[n][c] <== (e[n][c] - (1 << (D - 1)) + q[n] * ((1 << (D - 1)) + 1)) * labels[n][c];
            overLast += own[n][c];
        }
        // s[c] - s[C-1] = (s[label] - s[C-1]) - (s[label] - s[c]).
        for (var c = 0; c < C - 1; c++) {
            var lead = e[n][c] - (1 << (D - 1)) + q[n] * ((1 << (D - 1)) + 1);
            terms[n][c] <== powers[n] * (overLast - lead + own[n][c]);
        }
    }
    correct <== count;
    labelSum <== labelTotal;
    for (var c = 0; c < C - 1; c++) {
        var sum = 0;
        for (var n = 0; n < N; n++) {
            sum += terms[n][c];
        }
        differences[c] <== sum;
    }
    for (var i = 0; i < marginElements; i++) {
        packed[i] <== packedMargins.out[i];
    }
    for (var i = 0; i < labelElements; i++) {
        packed[marginElements + i] <== packedLabels.out[i];
    }
}
