// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "poseidon.circom";
include "bitify.circom";
include "lib/hash.circom";
include "lib/packing.circom";
include "lib/model.circom";

// Statement: the model behind `state` classifies at least `correct` of the N challenge samples that the verifier holds.
//
// Public inputs: binding, state, correct, r, z, v.
//
// The samples X[n][f] and labels y[n] are public but too many to be inputs. The verifier computes
//     v = sum_n r^n ( sum_f z^f X[n][f] + z^F y[n] )
// from its own copy; the proof means nothing where v comes from the prover. Why this suffices (Freivalds, with challenges
// by Fiat-Shamir):
// 1. The weights are fixed by `state`; scores s, labels y and flags q are fixed by r, which is a hash of all of them in
//    uniquely decodable form. X was drawn before.
// 2. u[f], claimed to be sum_n r^n X[n][f], and u[F], claimed to be sum_n r^n y[n], are fixed by z, a hash of r and u. At
//    the point z a wrong u meets v with probability F/p (Schwartz-Zippel), so u is right.
// 3. u[F] = sum_n r^n y[n] for the y behind r: at the point r a wrong y meets it with probability N/p, so y is right.
// 4. For each class sum_f W[c][f] u[f] + 127 W[c][F] sum_n r^n = sum_n r^n s[n][c]: likewise the scores are right.
// 5. q[n] = 1 only where the label's score is strictly above every other; correct = sum q.
//
// Scores are written as s[n][c] = top[n] - e[n][c] - q[n] (1 - y[n][c]) with top and e range-checked. Where q = 1, e of the
// label is zero: then top is the label's score, and every other score lies at least 1 below it.
//
// Assumes that Poseidon is collision-resistant and behaves like a random oracle in r and z.
template Zkpot(F, C, N) {
    var P = C * (F + 1);
    var D = scoreBits(F);
    var PER = 248 \ D;

    signal input binding;
    signal input state;
    signal input correct;
    signal input r;
    signal input z;
    signal input v;

    signal input weights[P];
    signal input salt;
    signal input u[F + 1];
    signal input top[N];
    signal input e[N][C];
    // One-hot rows.
    signal input labels[N][C];
    signal input q[N];

    // Nothing else uses the binding: this keeps it in the constraint system.
    signal bound <== binding * binding;

    component commitment = StateCommitment(P);
    commitment.weights <== weights;
    commitment.salt <== salt;
    commitment.out === state;

    component packedScores = Pack(N * (C + 1), D, PER);
    component packedLabels = Pack(N, 9, 27);
    component label[N];
    component topRange[N];
    component eRange[N][C];
    component own[N];
    signal flagged[N][C];
    signal scores[N][C];
    var count = 0;
    for (var n = 0; n < N; n++) {
        q[n] * (q[n] - 1) === 0;
        count += q[n];
        label[n] = OneHot(C);
        label[n].in <== labels[n];
        packedLabels.in[n] <== label[n].index + 256 * q[n];
        topRange[n] = Signed(D);
        topRange[n].in <== top[n];
        packedScores.in[n * (C + 1) + C] <== topRange[n].shifted;
        own[n] = Select(C);
        own[n].selector <== labels[n];
        own[n].in <== e[n];
        q[n] * own[n].out === 0;
        for (var c = 0; c < C; c++) {
            eRange[n][c] = Num2Bits(D);
            eRange[n][c].in <== e[n][c];
            packedScores.in[n * (C + 1) + c] <== e[n][c];
            flagged[n][c] <== q[n] * (1 - labels[n][c]);
            scores[n][c] <== top[n] - e[n][c] - flagged[n][c];
        }
    }
    count === correct;

    var scoreElements = (N * (C + 1) + PER - 1) \ PER;
    var labelElements = (N + 26) \ 27;
    component transcript = HashMany(4, 1 + scoreElements + labelElements);
    transcript.in[0] <== state;
    for (var i = 0; i < scoreElements; i++) {
        transcript.in[1 + i] <== packedScores.out[i];
    }
    for (var i = 0; i < labelElements; i++) {
        transcript.in[1 + scoreElements + i] <== packedLabels.out[i];
    }
    transcript.out === r;

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

    signal powers[N];
    powers[0] <== 1;
    for (var n = 1; n < N; n++) {
        powers[n] <== powers[n - 1] * r;
    }
    var powerSum = 0;
    signal labelTerms[N];
    var labelSum = 0;
    for (var n = 0; n < N; n++) {
        powerSum += powers[n];
        labelTerms[n] <== powers[n] * label[n].index;
        labelSum += labelTerms[n];
    }
    labelSum === u[F];

    signal weightTerms[C][F + 1];
    signal scoreTerms[C][N];
    for (var c = 0; c < C; c++) {
        var left = 0;
        for (var f = 0; f < F; f++) {
            weightTerms[c][f] <== weights[c * (F + 1) + f] * u[f];
            left += weightTerms[c][f];
        }
        weightTerms[c][F] <== 127 * weights[c * (F + 1) + F] * powerSum;
        left += weightTerms[c][F];
        var right = 0;
        for (var n = 0; n < N; n++) {
            scoreTerms[c][n] <== powers[n] * scores[n][c];
            right += scoreTerms[c][n];
        }
        left === right;
    }
}
