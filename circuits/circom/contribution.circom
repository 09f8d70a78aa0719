// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "poseidon.circom";
include "bitify.circom";

// Statement: I know data with this commitment and the secret behind this contributor id; the contribution is of this type.
//
// Public inputs: binding, dataCommitment, contributorId, contributionType (0..255).
//
// Assumes that Poseidon is one-way and collision-resistant. Says nothing about the data's quality or novelty.
template Contribution() {
    signal input binding;
    signal input dataCommitment;
    signal input contributorId;
    signal input contributionType;

    signal input dataDigest;
    signal input salt;
    signal input secret;

    // Nothing else uses the binding: this keeps it in the constraint system.
    signal bound <== binding * binding;

    component type = Num2Bits(8);
    type.in <== contributionType;

    component data = Poseidon(3);
    data.inputs[0] <== 14;
    data.inputs[1] <== dataDigest;
    data.inputs[2] <== salt;
    data.out === dataCommitment;

    component contributor = Poseidon(2);
    contributor.inputs[0] <== 12;
    contributor.inputs[1] <== secret;
    contributor.out === contributorId;
}
