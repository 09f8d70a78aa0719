#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Computes committee.json again, with nothing but Python's standard library and none of the committee's code.

A committee of 5 with threshold 3 in the ring of degree 16 over the protocol's three primes: common polynomials, dealings,
the collective key's first half, members' shares, a ciphertext, the partial decryptions of two sets, and what they open to.
All random values come from SHAKE256 of the labels below. No vectors of others are compared with: those of Lattigo, the
published protocol's implementation, are made and checked by its own Go code, which is no dependency here, and this
sharing has other points than its.

Prints `N passed, N failed`; exit code 1 on failure. With --write it writes the file anew.
"""
import json
import sys
from hashlib import sha256, shake_128, shake_256
from pathlib import Path

DEGREE = 16
PRIMES = [8796092833793, 8796092858369, 8380417]
BITS = [43, 43, 23]
Q = PRIMES[0] * PRIMES[1]
PLAIN = 4096
MEMBERS, THRESHOLD, EPOCH = 5, 3, 7
BASE = bytes(range(32))
SETS = [[1, 2, 4], [5, 3, 1]]
FILE = Path(__file__).with_name("committee.json")


class Stream:
    """Bytes of SHAKE256 of a label, read one after another."""

    def __init__(self, label):
        self.bytes, self.at = shake_256(label.encode()).digest(1 << 17), 0

    def take(self, length):
        self.at += length
        return self.bytes[self.at - length : self.at]


def uniform(take, prime, bits):
    out = []
    while len(out) < DEGREE:
        value = int.from_bytes(take((bits + 7) // 8), "little") % (1 << bits)
        if value < prime:
            out.append(value)
    return out


def ternary(stream):
    out = []
    while len(out) < DEGREE:
        byte = stream.take(1)[0]
        if byte != 255:
            out.append(byte % 3 - 1)
    return out


def binomial(stream):
    def ones(raw):
        return bin(int.from_bytes(raw, "little") % (1 << 21)).count("1")

    return [ones(stream.take(3)) - ones(stream.take(3)) for _ in range(DEGREE)]


def smudging(stream):
    return [int.from_bytes(stream.take(9), "little") - (1 << 71) for _ in range(DEGREE)]


def psi_of(prime):
    """The least of the roots of X^16 + 1."""
    generator = next(
        g for g in range(2, 100) if pow(pow(g, (prime - 1) // 32, prime), 16, prime) == prime - 1
    )
    psi = pow(generator, (prime - 1) // 32, prime)
    return min(pow(psi, odd, prime) for odd in range(1, 32, 2))


ROOTS = [
    [pow(psi_of(p), 2 * int(format(i, "04b")[::-1], 2) + 1, p) for i in range(DEGREE)] for p in PRIMES
]


def to_ntt(coefficients, primes=3):
    """Values at the odd powers of psi, in bit-reversed order, by their definition."""
    return [
        [sum(c * pow(x, i, p) for i, c in enumerate(coefficients)) % p for x in xs]
        for p, xs in list(zip(PRIMES, ROOTS))[:primes]
    ]


def from_ntt(values):
    out = []
    for p, xs, row in zip(PRIMES, ROOTS, values):
        inverse = pow(DEGREE, -1, p)
        out.append(
            [
                sum(v * pow(x, -i, p) for v, x in zip(row, xs)) * inverse % p
                for i in range(DEGREE)
            ]
        )
    return out


def each(operation, *polynomials):
    return [
        [operation(*values) % p for values in zip(*rows)] for p, *rows in zip(PRIMES, *polynomials)
    ]


def pack(polynomial):
    out = b""
    for row, bits in zip(polynomial, BITS):
        stream = sum(value << (bits * i) for i, value in enumerate(row))
        out += stream.to_bytes(DEGREE * bits // 8, "little")
    return out.hex()


def common(index):
    out = []
    for prime_index, (prime, bits) in enumerate(zip(PRIMES, BITS)):
        seed = b"training-ledger/committee-crs/v1" + BASE + EPOCH.to_bytes(4, "little")
        raw = shake_128(seed + bytes([index, prime_index])).digest(1 << 12)
        chunks = iter(range(0, len(raw), (bits + 7) // 8))

        def take(length, chunks=chunks, raw=raw):
            at = next(chunks)
            return raw[at : at + length]

        out.append(uniform(take, prime, bits))
    return out


def point(member):
    """X^(2 (member - 1)): a power of a 16th root of unity."""
    coefficients = [0] * DEGREE
    coefficients[(member - 1) * DEGREE // 8] = 1
    return to_ntt(coefficients)


def share_of(coefficients, member):
    alpha, out = point(member), coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        out = each(lambda s, a, c: s * a + c, out, alpha, coefficient)
    return out


def lagrange(members, member):
    """prod alpha_k / (alpha_k - alpha_j) over the others, value by value."""
    out = []
    for i, p in enumerate(PRIMES[:2]):
        row = []
        for slot in range(DEGREE):
            value, own = 1, point(member)[i][slot]
            for other in members:
                if other != member:
                    alpha = point(other)[i][slot]
                    value = value * alpha * pow(alpha - own, -1, p) % p
            row.append(value)
        out.append(row)
    return out


def joined(polynomial):
    """Coefficients modulo q of those modulo its two primes."""
    inverse = pow(PRIMES[0], -1, PRIMES[1])
    return [
        low + PRIMES[0] * ((high - low) * inverse % PRIMES[1]) for low, high in zip(*polynomial[:2])
    ]


def compute():
    commons = [common(1), common(2)]
    dealings, totals, secret = [], [None] * MEMBERS, [0] * DEGREE
    for dealer in range(1, MEMBERS + 1):
        stream = Stream(f"committee vectors: dealer {dealer}")
        own = ternary(stream)
        secret = [a + b for a, b in zip(secret, own)]
        coefficients = [to_ntt(own)]
        for _ in range(THRESHOLD - 1):
            coefficients.append([uniform(stream.take, p, b) for p, b in zip(PRIMES, BITS)])
        relations = [
            [
                each(lambda c, a, e: e - a * c, coefficient, a, to_ntt(binomial(stream)))
                for coefficient in coefficients
            ]
            for a in commons
        ]
        shares = [share_of(coefficients, member) for member in range(1, MEMBERS + 1)]
        totals = [
            share if total is None else each(lambda a, b: a + b, total, share)
            for total, share in zip(totals, shares)
        ]
        dealings.append((relations, shares))
    half = [[0] * DEGREE] * 3
    for relations, _ in dealings:
        half = each(lambda a, b: a + b, half, relations[0][0])

    # Three contributors' sum, encrypted under the secret itself: c0 + c1 s = round(q m / t) + e.
    stream = Stream("committee vectors: ciphertext")
    key_sum = [a + b + c for a, b, c in zip(*(ternary(stream) for _ in range(3)))]
    error = binomial(stream)
    c1 = [uniform(stream.take, p, b) for p, b in zip(PRIMES[:2], BITS)]
    message = [(2 * Q * m + PLAIN) // (2 * PLAIN) + e for m, e in zip(key_sum, error)]
    product = from_ntt(
        each(lambda a, b: a * b, to_two(c1), to_ntt(secret, 2)),
    )
    c0 = each(lambda m, x: m - x, [message, message], product)

    attempts = []
    for attempt, members in enumerate(SETS):
        files, total = [], each(lambda a: 2 * a, c0)
        for member in members:
            stream = Stream(f"committee vectors: attempt {attempt}, member {member}")
            noise = smudging(stream)
            part = from_ntt(
                each(
                    lambda l, s, c: 2 * l * s * c,
                    lagrange(members, member),
                    totals[member - 1],
                    to_two(c1),
                )
            )
            part = each(lambda a, e: a + e, part, [noise, noise])
            files.append("544c4431" + bytes([attempt, 0, 0, 0]).hex() + pack(part))
            total = each(lambda a, b: a + b, total, part)
        opened = []
        for value in joined(total):
            rounded = (2 * value * (PLAIN // 2) + Q) // (2 * Q) % (PLAIN // 2)
            opened.append(rounded - PLAIN // 2 if rounded > PLAIN // 4 else rounded)
        assert opened == key_sum, "the vectors' own opening"
        attempts.append({"attempt": attempt, "positions": members, "shares": files})

    return {
        "degree": DEGREE,
        "members": MEMBERS,
        "threshold": THRESHOLD,
        "epoch": EPOCH,
        "base": "0x" + BASE.hex(),
        "common": [pack(a) for a in commons],
        "dealings": [
            {
                "relations": [[pack(b) for b in row] for row in relations],
                "shares": [pack(share) for share in shares],
            }
            for relations, shares in dealings
        ],
        "collective": pack(half),
        "contributors": 3,
        "keyPart": [*c0[0], *c0[1], *c1[0], *c1[1]],
        "keySum": key_sum,
        "attempts": attempts,
    }


def to_two(coefficients):
    """NTT form of residues modulo the two data primes."""
    return [
        [sum(c * pow(x, i, p) for i, c in enumerate(row)) % p for x in xs]
        for p, xs, row in zip(PRIMES, ROOTS, coefficients)
    ]


def main():
    expected = compute()
    if sys.argv[1:] == ["--write"]:
        FILE.write_text(json.dumps(expected, indent=1) + "\n")
        return
    found = json.loads(FILE.read_text())
    results = [found.get(name) == value for name, value in expected.items()]
    results.append(found.keys() == expected.keys())
    digest = sha256(FILE.read_bytes()).hexdigest()[:16]
    print(f"committee.json {digest}: {sum(results)} of {len(results)} parts agree")
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
