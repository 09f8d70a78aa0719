# SPDX-License-Identifier: GPL-3.0-only
"""Vector commitments over BN254's G1, from their definition alone: y^2 = x^3 + 3, affine additions, double and add.

A generator's x is the first sha256(domain || u32le index || u8 counter), little-endian and without its top two bits, that is a
coordinate of a point; its y is the smaller root. A commitment is the sum of scalars times generators, in arkworks' compressed form:
x little-endian, 0x80 in the last byte for the larger y, 0x40 for the point at infinity.
"""
import hashlib

MODULUS = 21888242871839275222246405745257275088696311157297823662689037894645226208583
DOMAIN = b"training-ledger/pedersen/v1"
INFINITY = None


def generator(index):
    for counter in range(256):
        digest = hashlib.sha256(DOMAIN + index.to_bytes(4, "little") + bytes([counter])).digest()
        x = int.from_bytes(digest, "little") % 2**254
        if x >= MODULUS:
            continue
        square = (pow(x, 3, MODULUS) + 3) % MODULUS
        root = pow(square, (MODULUS + 1) // 4, MODULUS)
        if pow(root, 2, MODULUS) == square:
            return x, min(root, MODULUS - root)
    raise ValueError(f"no generator {index}")


def add(a, b):
    if a is INFINITY:
        return b
    if b is INFINITY:
        return a
    (ax, ay), (bx, by) = a, b
    if ax == bx and (ay + by) % MODULUS == 0:
        return INFINITY
    if a == b:
        slope = 3 * ax * ax * pow(2 * ay, -1, MODULUS)
    else:
        slope = (by - ay) * pow(bx - ax, -1, MODULUS)
    x = (slope * slope - ax - bx) % MODULUS
    return x, (slope * (ax - x) - ay) % MODULUS


def multiply(scalar, point):
    product = INFINITY
    for bit in format(scalar, "b"):
        product = add(product, product)
        if bit == "1":
            product = add(product, point)
    return product


def commit(scalars):
    total = INFINITY
    for index, scalar in enumerate(scalars):
        total = add(total, multiply(scalar, generator(index)))
    return total


def compress(point):
    if point is INFINITY:
        return (bytes(31) + b"\x40").hex()
    x, y = point
    encoded = bytearray(x.to_bytes(32, "little"))
    encoded[31] |= 0x80 if y > MODULUS - y else 0
    return encoded.hex()


def check_vector_commitments(data):
    for index, expected in enumerate(data["generators"]):
        yield f"generator {index}", compress(generator(index)), expected
    for case in data["commitments"]:
        scalars = [int(scalar) for scalar in case["scalars"]]
        yield f"commitment of {len(scalars)} scalars", compress(commit(scalars)), case["commitment"]
