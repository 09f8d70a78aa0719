// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "bitify.circom";

// Packs n values of `width` bits, `per` to an element, the first one lowest. The caller has range-checked the values:
// only then is the packing injective.
template Pack(n, width, per) {
    var count = (n + per - 1) \ per;
    signal input in[n];
    signal output out[count];

    for (var i = 0; i < count; i++) {
        var sum = 0;
        for (var j = 0; j < per; j++) {
            if (per * i + j < n) {
                sum += in[per * i + j] * (1 << (width * j));
            }
        }
        out[i] <== sum;
    }
}

// Constrains `in` to [-2^(bits-1), 2^(bits-1)) and gives it shifted to [0, 2^bits).
template Signed(bits) {
    signal input in;
    signal output shifted;

    shifted <== in + (1 << (bits - 1));
    component range = Num2Bits(bits);
    range.in <== shifted;
}
