// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "poseidon.circom";
include "bitify.circom";
include "comparators.circom";
include "babyjub.circom";
include "eddsaposeidon.circom";

// Statement: I know an input, output, feedback and nonce with this commitment, and the signature over it of the inference
// node with this key, made inside this time window.
//
// Public inputs: binding, commitment, nodeKey, notBefore, notAfter (milliseconds of the Unix epoch).
//
// Assumes that Poseidon is collision-resistant and EdDSA on BabyJubJub unforgeable; that the chain knows the node's key and
// refuses a commitment that was used. Says nothing about how the node came to its output.
template Interaction() {
    signal input binding;
    signal input commitment;
    signal input nodeKey;
    signal input notBefore;
    signal input notAfter;

    signal input input_;
    signal input output_;
    // A rating of -128..127, shifted by 128.
    signal input feedback;
    signal input nonce;
    signal input time;
    signal input key[2];
    signal input signatureR[2];
    signal input signatureS;

    // Nothing else uses the binding: this keeps it in the constraint system.
    signal bound <== binding * binding;

    component feedbackRange = Num2Bits(8);
    feedbackRange.in <== feedback;

    component interaction = Poseidon(5);
    interaction.inputs[0] <== 13;
    interaction.inputs[1] <== input_;
    interaction.inputs[2] <== output_;
    interaction.inputs[3] <== feedback;
    interaction.inputs[4] <== nonce;
    interaction.out === commitment;

    component node = Poseidon(3);
    node.inputs[0] <== 15;
    node.inputs[1] <== key[0];
    node.inputs[2] <== key[1];
    node.out === nodeKey;

    component message = Poseidon(3);
    message.inputs[0] <== 16;
    message.inputs[1] <== commitment;
    message.inputs[2] <== time;

    // circomlib's verifier leaves this to its caller: off the curve the group law does not hold.
    component keyOnCurve = BabyCheck();
    keyOnCurve.x <== key[0];
    keyOnCurve.y <== key[1];
    component nonceOnCurve = BabyCheck();
    nonceOnCurve.x <== signatureR[0];
    nonceOnCurve.y <== signatureR[1];

    component signature = EdDSAPoseidonVerifier();
    signature.enabled <== 1;
    signature.Ax <== key[0];
    signature.Ay <== key[1];
    signature.R8x <== signatureR[0];
    signature.R8y <== signatureR[1];
    signature.S <== signatureS;
    signature.M <== message.out;

    signal times[3] <== [notBefore, time, notAfter];
    component ranges[3];
    for (var i = 0; i < 3; i++) {
        ranges[i] = Num2Bits(64);
        ranges[i].in <== times[i];
    }
    component order[2];
    for (var i = 0; i < 2; i++) {
        order[i] = LessEqThan(64);
        order[i].in[0] <== times[i];
        order[i].in[1] <== times[i + 1];
        order[i].out === 1;
    }
}
