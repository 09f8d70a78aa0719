// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "lib/hash.circom";
include "lib/layers.circom";
include "lib/challenge.circom";
include "lib/margins.circom";

// Statement: the linear model behind `state` classifies at least `correct` of the N challenge samples that the verifier
// holds. That of zkpot.circom, with fewer constraints a sample; its keys are not among those that ship.
//
// Public inputs: binding, state, correct, r, z, v.
//
// The verifier computes v = sum_n r^n ( sum_f z^f X[n][f] + z^F y[n] ) from its own samples X and labels y; the proof means
// nothing where v comes from the prover. Why this suffices (Freivalds, with challenges by Fiat-Shamir):
// 1. The weights are fixed by `state`. Margins e, labels y and flags q are fixed by r, a hash of all of them: their packing
//    is injective, because each of its parts is range-checked. X was drawn before.
// 2. u[f], claimed to be sum_n r^n X[n][f], and u[F], claimed to be sum_n r^n y[n], are fixed by z, a hash of r and u. At
//    the point z a wrong u meets v with probability F/p (Schwartz-Zippel), so u is right.
// 3. u[F] = sum_n r^n y[n] for the y behind r: at the point r a wrong y meets it with probability N/p, so y is right.
// 4. e says by how much the label's score exceeds each other, so it says all differences of scores. For each class c the
//    weights W[c] - W[C-1] on u give sum_n r^n (s[n][c] - s[n][C-1]): likewise the differences are right.
// 5. Where q[n] = 1, the label's score is strictly above every other (lib/margins.circom); correct = sum q.
//
// D bits hold the difference of any two scores of 16-bit weights and 8-bit features: no model is too large to be proven.
//
// Assumes that Poseidon is collision-resistant and behaves like a random oracle in r and z.
template ZkpotMargins(F, C, N) {
    var P = C * (F + 1);
    var D = signedBits(65535 * featureMass(F));

    signal input binding;
    signal input state;
    signal input correct;
    signal input r;
    signal input z;
    signal input v;

    signal input weights[P];
    signal input salt;
    signal input u[F + 1];
    signal input e[N][C - 1];
    signal input labels[N][C];
    signal input q[N];

    // Nothing else uses the binding: this keeps it in the constraint system.
    signal bound <== binding * binding;

    component commitment = WeightsCommitment(1, P);
    commitment.weights <== weights;
    commitment.salt <== salt;
    commitment.out === state;

    component powers = Powers(N);
    powers.r <== r;

    component margins = Margins(C, D, N);
    margins.e <== e;
    margins.labels <== labels;
    margins.q <== q;
    margins.powers <== powers.out;
    margins.correct === correct;
    margins.labelSum === u[F];

    var count = (N * (C - 1) + (248 \ D) - 1) \ (248 \ D) + (N + 26) \ 27;
    component transcript = HashMany(7, 1 + count);
    transcript.in[0] <== state;
    for (var i = 0; i < count; i++) {
        transcript.in[1 + i] <== margins.packed[i];
    }
    transcript.out === r;

    component evaluation = Evaluation(F);
    evaluation.r <== r;
    evaluation.z <== z;
    evaluation.v <== v;
    evaluation.u <== u;

    component layer = Layer(F, C - 1);
    for (var c = 0; c < C - 1; c++) {
        for (var f = 0; f <= F; f++) {
            layer.weights[c * (F + 1) + f] <== weights[c * (F + 1) + f] - weights[(C - 1) * (F + 1) + f];
        }
    }
    for (var f = 0; f < F; f++) {
        layer.in[f] <== u[f];
    }
    layer.powerSum <== powers.sum;
    layer.out === margins.differences;
}
