// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "poseidon.circom";
include "bitify.circom";
include "lib/hash.circom";
include "lib/packing.circom";
include "lib/model.circom";

// Statement: the weights behind newState are those behind oldState plus the update behind `update`, and they classify at
// least `delta` more of the B samples behind `batch` correctly.
//
// Public inputs: binding, oldState, update, newState, batch, delta.
//
// A sample is correct if its label's score is strictly above every other. For the new weights the prover shows samples to
// be correct, which cannot be overstated; for the old ones it shows samples to be wrong, by a class that scores at least as
// high, which cannot be overstated either. delta is at most what these two leave between them.
//
// Assumes that Poseidon is collision-resistant. The batch is the prover's own choice. Says nothing about how the update
// was found.
template Improvement(F, C, B) {
    var P = C * (F + 1);
    var D = scoreBits(F);

    signal input binding;
    signal input oldState;
    signal input update;
    signal input newState;
    signal input batch;
    signal input delta;

    signal input oldWeights[P];
    signal input newWeights[P];
    signal input oldSalt;
    signal input newSalt;
    signal input updateSalt;
    signal input batchSalt;
    signal input features[B][F];
    // One-hot rows.
    signal input labels[B][C];
    // Samples shown to be correct under the new weights, wrong under the old ones; and the class that shows the latter.
    signal input correct[B];
    signal input wrong[B];
    signal input rivals[B][C];

    // Nothing else uses the binding: this keeps it in the constraint system.
    signal bound <== binding * binding;

    component oldCommitment = StateCommitment(P);
    oldCommitment.weights <== oldWeights;
    oldCommitment.salt <== oldSalt;
    oldCommitment.out === oldState;

    component newCommitment = StateCommitment(P);
    newCommitment.weights <== newWeights;
    newCommitment.salt <== newSalt;
    newCommitment.out === newState;

    // The difference of two 16-bit weights has 17 bits: both are range-checked, so it needs no check of its own.
    component packedUpdate = Pack(P, 17, 14);
    for (var i = 0; i < P; i++) {
        packedUpdate.in[i] <== newWeights[i] - oldWeights[i] + (1 << 16);
    }
    component updateDigest = HashMany(2, (P + 13) \ 14);
    updateDigest.in <== packedUpdate.out;
    component updateCommitment = Poseidon(2);
    updateCommitment.inputs[0] <== updateDigest.out;
    updateCommitment.inputs[1] <== updateSalt;
    updateCommitment.out === update;

    component packedBatch = Pack(B * (F + 1), 8, 31);
    component feature[B][F];
    component label[B];
    for (var n = 0; n < B; n++) {
        for (var f = 0; f < F; f++) {
            feature[n][f] = Signed(8);
            feature[n][f].in <== features[n][f];
            packedBatch.in[n * (F + 1) + f] <== feature[n][f].shifted;
        }
        label[n] = OneHot(C);
        label[n].in <== labels[n];
        packedBatch.in[n * (F + 1) + F] <== label[n].index;
    }
    component batchDigest = HashMany(3, (B * (F + 1) + 30) \ 31);
    batchDigest.in <== packedBatch.out;
    component batchCommitment = Poseidon(2);
    batchCommitment.inputs[0] <== batchDigest.out;
    batchCommitment.inputs[1] <== batchSalt;
    batchCommitment.out === batch;

    component oldScores[B];
    component newScores[B];
    component oldOwn[B];
    component newOwn[B];
    component rival[B];
    component rivalScore[B];
    component margin[B][C];
    component deficit[B];
    signal shown[B][C];
    signal rivalIsLabel[B][C];
    signal lag[B];
    var surely = 0;
    for (var n = 0; n < B; n++) {
        newScores[n] = Scores(F, C);
        newScores[n].weights <== newWeights;
        newScores[n].features <== features[n];
        newOwn[n] = Select(C);
        newOwn[n].in <== newScores[n].out;
        newOwn[n].selector <== labels[n];
        correct[n] * (correct[n] - 1) === 0;
        for (var c = 0; c < C; c++) {
            // For the label itself this is zero, for every other class the lead less one.
            shown[n][c] <== correct[n] * (newOwn[n].out - newScores[n].out[c] - 1 + labels[n][c]);
            margin[n][c] = Num2Bits(D);
            margin[n][c].in <== shown[n][c];
        }

        oldScores[n] = Scores(F, C);
        oldScores[n].weights <== oldWeights;
        oldScores[n].features <== features[n];
        oldOwn[n] = Select(C);
        oldOwn[n].in <== oldScores[n].out;
        oldOwn[n].selector <== labels[n];
        wrong[n] * (wrong[n] - 1) === 0;
        rival[n] = OneHot(C);
        rival[n].in <== rivals[n];
        for (var c = 0; c < C; c++) {
            rivalIsLabel[n][c] <== rivals[n][c] * labels[n][c];
            rivalIsLabel[n][c] === 0;
        }
        rivalScore[n] = Select(C);
        rivalScore[n].in <== oldScores[n].out;
        rivalScore[n].selector <== rivals[n];
        lag[n] <== wrong[n] * (rivalScore[n].out - oldOwn[n].out);
        deficit[n] = Num2Bits(D);
        deficit[n].in <== lag[n];

        surely += correct[n] + wrong[n];
    }
    component deltaRange = Num2Bits(8);
    deltaRange.in <== delta;
    component slack = Num2Bits(9);
    slack.in <== surely - B - delta;
}
