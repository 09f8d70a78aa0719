// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "lib/hash.circom";
include "lib/layers.circom";
include "lib/challenge.circom";
include "lib/margins.circom";

// Statement: the model with one hidden layer behind `state` classifies at least `correct` of the N challenge samples that
// the verifier holds.
//
// Public inputs: binding, state, correct, r, z, v. The verifier does what it does for a linear model.
//
// The model, in integers: a[j] = sum_f V[j][f] x[f] + 127 V[j][F] for H hidden units, h[j] = floor(max(0, a[j]) / 2^12),
// s[c] = sum_j W[c][j] h[j] + 127 W[c][H]. Weights are multiples of 2^-12 and features of 1/127: so are the h. A sample is
// correct if its label's score is strictly above every other. `weights` holds the rows of V, then those of W; the state is
// P(hashMany(6, weights), salt).
//
// The verifier computes v = sum_n r^n ( sum_f z^f X[n][f] + z^F y[n] ) from its own samples X and labels y; the proof means
// nothing where v comes from the prover. Why this suffices (Freivalds for both layers, with challenges by Fiat-Shamir):
// 1. The weights are fixed by `state`. Sums a, margins e, labels y and flags q are fixed by r, a hash of all of them: their
//    packing is injective, because each of its parts is range-checked. X was drawn before.
// 2. u[f], claimed to be sum_n r^n X[n][f], and u[F], claimed to be sum_n r^n y[n], are fixed by z, a hash of r and u. At
//    the point z a wrong u meets v with probability F/p (Schwartz-Zippel), so u is right.
// 3. u[F] = sum_n r^n y[n] for the y behind r: at the point r a wrong y meets it with probability N/p, so y is right.
// 4. V on u gives sum_n r^n a[n][j] for each j: likewise a is right. h follows from the bits of a, which are unique.
// 5. The circuit forms g[j] = sum_n r^n h[n][j] itself. For each class c the weights W[c] - W[C-1] on g give
//    sum_n r^n (s[n][c] - s[n][C-1]); e says all differences of scores: likewise they are right.
// 6. Where q[n] = 1, the label's score is strictly above every other (lib/margins.circom); correct = sum q.
//
// A and D bits hold any sum and any difference of scores that there are: no model is too large to be proven.
//
// Assumes that Poseidon is collision-resistant and behaves like a random oracle in r and z.
template ZkpotMlp(F, H, C, N) {
    var P1 = H * (F + 1);
    var P2 = C * (H + 1);
    var A = signedBits(32768 * featureMass(F));
    var D = signedBits(65535 * hiddenMass(F, H));

    signal input binding;
    signal input state;
    signal input correct;
    signal input r;
    signal input z;
    signal input v;

    signal input weights[P1 + P2];
    signal input salt;
    signal input u[F + 1];
    signal input a[N][H];
    signal input e[N][C - 1];
    signal input labels[N][C];
    signal input q[N];

    // Nothing else uses the binding: this keeps it in the constraint system.
    signal bound <== binding * binding;

    component commitment = WeightsCommitment(6, P1 + P2);
    commitment.weights <== weights;
    commitment.salt <== salt;
    commitment.out === state;

    component powers = Powers(N);
    powers.r <== r;

    component relu = Relu(H, A, N);
    relu.a <== a;
    relu.powers <== powers.out;

    component margins = Margins(C, D, N);
    margins.e <== e;
    margins.labels <== labels;
    margins.q <== q;
    margins.powers <== powers.out;
    margins.correct === correct;
    margins.labelSum === u[F];

    var sumElements = (N * H + (248 \ A) - 1) \ (248 \ A);
    var marginElements = (N * (C - 1) + (248 \ D) - 1) \ (248 \ D) + (N + 26) \ 27;
    component transcript = HashMany(8, 1 + sumElements + marginElements);
    transcript.in[0] <== state;
    for (var i = 0; i < sumElements; i++) {
        transcript.in[1 + i] <== relu.packed[i];
    }
    for (var i = 0; i < marginElements; i++) {
        transcript.in[1 + sumElements + i] <== margins.packed[i];
    }
    transcript.out === r;

    component evaluation = Evaluation(F);
    evaluation.r <== r;
    evaluation.z <== z;
    evaluation.v <== v;
    evaluation.u <== u;

    component hidden = Layer(F, H);
    for (var i = 0; i < P1; i++) {
        hidden.weights[i] <== weights[i];
    }
    for (var f = 0; f < F; f++) {
        hidden.in[f] <== u[f];
    }
    hidden.powerSum <== powers.sum;
    hidden.out === relu.sums;

    component classes = Layer(H, C - 1);
    for (var c = 0; c < C - 1; c++) {
        for (var j = 0; j <= H; j++) {
            classes.weights[c * (H + 1) + j] <== weights[P1 + c * (H + 1) + j] - weights[P1 + (C - 1) * (H + 1) + j];
        }
    }
    classes.in <== relu.activationSums;
    classes.powerSum <== powers.sum;
    classes.out === margins.differences;
}
