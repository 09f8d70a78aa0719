#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-only
"""Computes the known answers beside this file again, with nothing but Python's standard library.

Independent of the TypeScript reference model: fixed point, scores, hidden layers, packings, commitments, and Poseidon from its public
definition (Grassi et al., eprint 2019/458; round constants and matrix by the Grain LFSR of its appendix, with the round
numbers that circomlib uses for BN254). Prints one line for each file, then `N passed, N failed`; exit code 1 on failure.
"""
import json
import sys
from fractions import Fraction
from functools import lru_cache
from math import floor
from pathlib import Path

# The module beside this file leaves no bytecode there.
sys.dont_write_bytecode = True
from pedersen import check_vector_commitments

P = 21888242871839275222246405745257275088548364400416034343698204186575808495617
FIELD_BITS = 254
FULL_ROUNDS = 8
# For states of 2 to 17 elements.
PARTIAL_ROUNDS = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68]


def grain(width, partial_rounds):
    """Bits of the Grain LFSR, self-shrinking: of each pair, the second counts if the first is 1."""
    fields = [(1, 2), (0, 4), (FIELD_BITS, 12), (width, 12), (FULL_ROUNDS, 10), (partial_rounds, 10)]
    state = [int(bit) for value, bits in fields for bit in format(value, f"0{bits}b")] + [1] * 30

    def step():
        bit = state[0] ^ state[13] ^ state[23] ^ state[38] ^ state[51] ^ state[62]
        state.append(bit)
        del state[0]
        return bit

    for _ in range(160):
        step()
    while True:
        first, second = step(), step()
        if first:
            yield second


@lru_cache(maxsize=None)
def parameters(width):
    """Round constants and the Cauchy matrix for a state of `width` elements."""
    partial_rounds = PARTIAL_ROUNDS[width - 2]
    bits = grain(width, partial_rounds)

    def number():
        value = 0
        for _ in range(FIELD_BITS):
            value = 2 * value + next(bits)
        return value

    constants = []
    while len(constants) < (FULL_ROUNDS + partial_rounds) * width:
        value = number()
        if value < P:
            constants.append(value)
    while True:
        points = [number() % P for _ in range(2 * width)]
        if len(set(points)) == 2 * width:
            break
    rows, columns = points[:width], points[width:]
    matrix = [[pow(x + y, -1, P) for y in columns] for x in rows]
    return constants, matrix


def poseidon(inputs):
    """The first element of the state after the permutation of (0, inputs)."""
    width = len(inputs) + 1
    constants, matrix = parameters(width)
    rounds = FULL_ROUNDS + PARTIAL_ROUNDS[width - 2]
    state = [0, *inputs]
    for index in range(rounds):
        state = [value + constants[index * width + i] for i, value in enumerate(state)]
        if FULL_ROUNDS // 2 <= index < rounds - FULL_ROUNDS // 2:
            state[0] = pow(state[0], 5, P)
        else:
            state = [pow(value, 5, P) for value in state]
        state = [sum(m * value for m, value in zip(row, state)) % P for row in matrix]
    return state[0]


def hash_many(tag, elements):
    accumulator = tag + 2**32 * len(elements)
    for start in range(0, len(elements), 15):
        chunk = elements[start : start + 15]
        accumulator = poseidon([accumulator, *chunk, *[0] * (15 - len(chunk))])
    return accumulator


def pack(values, width, per_element):
    assert all(0 <= value < 2**width for value in values)
    return [
        sum(value << (width * j) for j, value in enumerate(values[i : i + per_element]))
        for i in range(0, len(values), per_element)
    ]


def quantise(value, scale, bits):
    # The product is a double in every implementation; from there on it is exact. Halves round up.
    rounded = floor(Fraction(value * scale) + Fraction(1, 2))
    return max(-(2 ** (bits - 1)), min(2 ** (bits - 1) - 1, rounded))


def scores(shape, weights, features):
    row = shape["features"] + 1
    extended = [*features, 127]
    return [
        sum(w * x for w, x in zip(weights[c * row : (c + 1) * row], extended))
        for c in range(shape["classes"])
    ]


def is_correct(shape, weights, sample):
    all_scores = scores(shape, weights, sample["features"])
    own = all_scores.pop(sample["label"])
    return all(own > other for other in all_scores)


def commit_state(weights, salt):
    return poseidon([hash_many(1, pack([w + 2**15 for w in weights], 16, 15)), salt])


def commit_update(update, salt):
    return poseidon([hash_many(2, pack([u + 2**16 for u in update], 17, 14)), salt])


def commit_batch(batch, salt):
    data = [byte for s in batch for byte in [*(x + 128 for x in s["features"]), s["label"]]]
    return poseidon([hash_many(3, pack(data, 8, 31)), salt])


def score_bits(shape):
    return 23 + shape["features"].bit_length()


def transcript_point(case, flags):
    """r: a hash of the state, then of scores, labels and flags as the circuit writes them."""
    shape, values, labels = case["shape"], [], []
    bits = score_bits(shape)
    for sample, flag in zip(case["challenge"], flags):
        all_scores = scores(shape, case["weights"], sample["features"])
        label = sample["label"]
        top = all_scores[label] if flag else max(all_scores)
        values += [top - s - (1 if flag and c != label else 0) for c, s in enumerate(all_scores)]
        values.append(top + 2 ** (bits - 1))
        labels.append(label + (256 if flag else 0))
    state = commit_state(case["weights"], int(case["salt"]))
    return hash_many(4, [state, *pack(values, bits, 248 // bits), *pack(labels, 9, 27)])


def signed_bits(bound):
    """Bits of a signed integer whose magnitude is at most `bound`."""
    return bound.bit_length() + 1


def layer(weights, inputs):
    extended = [*inputs, 127]
    rows = [weights[i : i + len(extended)] for i in range(0, len(weights), len(extended))]
    return [sum(w * x for w, x in zip(row, extended)) for row in rows]


def evaluate_mlp(shape, weights, features):
    """Sums of the hidden layer, their ReLU without its lower 12 bits, and the scores."""
    inner = shape["hidden"] * (shape["features"] + 1)
    sums = layer(weights[:inner], features)
    activations = [a >> 12 if a > 0 else 0 for a in sums]
    return {"sums": sums, "activations": activations, "scores": layer(weights[inner:], activations)}


def commit_mlp_state(weights, salt):
    return poseidon([hash_many(6, pack([w + 2**15 for w in weights], 16, 15)), salt])


def pack_margins(shape, all_scores, challenge, flags):
    """The leads of each label's score over the other classes', the last class in the label's place; then labels and flags."""
    mass = 128 * shape["features"] + 127
    if "hidden" in shape:
        mass = 8 * mass * shape["hidden"] + 127
    bits, values, labels = signed_bits(65535 * mass), [], []
    for sample, row, flag in zip(challenge, all_scores, flags):
        label = sample["label"]
        for c in range(shape["classes"] - 1):
            lead = row[label] - row[-1 if c == label else c]
            values.append(lead - 1 if flag else lead + 2 ** (bits - 1))
        labels.append(label + (256 if flag else 0))
    return [*pack(values, bits, 248 // bits), *pack(labels, 9, 27)]


def leads(row, label):
    return all(row[label] > score for c, score in enumerate(row) if c != label)


def margins_point(case, flags):
    """r of a linear model whose transcript has margins."""
    shape, challenge = case["shape"], case["challenge"]
    all_scores = [scores(shape, case["weights"], sample["features"]) for sample in challenge]
    state = commit_state(case["weights"], int(case["salt"]))
    return hash_many(7, [state, *pack_margins(shape, all_scores, challenge, flags)])


def mlp_point(case, flags):
    """r of a model with a hidden layer."""
    shape, challenge = case["shape"], case["challenge"]
    evaluations = [evaluate_mlp(shape, case["weights"], sample["features"]) for sample in challenge]
    bits = signed_bits(2**15 * (128 * shape["features"] + 127))
    sums = [a + 2 ** (bits - 1) for evaluation in evaluations for a in evaluation["sums"]]
    margins = pack_margins(shape, [evaluation["scores"] for evaluation in evaluations], challenge, flags)
    state = commit_mlp_state(case["weights"], int(case["salt"]))
    return hash_many(8, [state, *pack(sums, bits, 248 // bits), *margins])


def integers(values):
    return [int(value) for value in values]


def check_quantisation(data):
    weights, features = data["weights"], data["features"]
    yield "weights", [quantise(w, 4096, 16) for w in weights["real"]], weights["fixed"]
    yield "features", [quantise(x, 127, 8) for x in features["real"]], features["fixed"]


def check_model(data):
    for case in data:
        shape, weights, samples = case["shape"], case["weights"], case["samples"]
        name = case["name"]
        all_scores = [scores(shape, weights, sample["features"]) for sample in samples]
        yield f"{name}: scores", all_scores, case["scores"]
        tops = [[c for c, s in enumerate(row) if s == max(row)] for row in all_scores]
        predictions = [top[0] if len(top) == 1 else None for top in tops]
        yield f"{name}: predictions", predictions, case["predictions"]
        right = [is_correct(shape, weights, sample) for sample in samples]
        yield f"{name}: which are correct", right, case["isCorrect"]
        yield f"{name}: how many are correct", sum(right), case["correct"]


def check_hashes(data):
    for case in [*data["poseidon"], *data["poseidonEdges"]]:
        inputs = integers(case["inputs"])
        yield f"Poseidon of {len(inputs)}", poseidon(inputs), int(case["hash"])
    for case in data["hashMany"]:
        elements = integers(case["elements"])
        yield f"hashMany of {len(elements)}", hash_many(case["tag"], elements), int(case["hash"])


def check_commitments(data):
    secret, binding, salt = int(data["secret"]), int(data["binding"]), int(data["salt"])
    interaction = [13, int(data["input"]), int(data["output"]), data["feedback"] + 128, int(data["nonce"])]
    digest = int.from_bytes(bytes.fromhex(data["digest"])[:31], "little")
    yield "user id", poseidon([10, secret]), int(data["userId"])
    yield "nullifier", poseidon([11, secret, binding]), int(data["nullifier"])
    yield "contributor id", poseidon([12, secret]), int(data["contributorId"])
    yield "interaction", poseidon(interaction), int(data["interaction"])
    yield "digest as a scalar", digest, int(data["digestField"])
    yield "data", poseidon([14, digest, salt]), int(data["data"])
    yield "node key", poseidon([15, *integers(data["key"])]), int(data["nodeKey"])
    message = poseidon([16, int(data["interaction"]), data["time"]])
    yield "receipt message", message, int(data["receiptMessage"])


def check_improvement(data):
    for case in data:
        shape, batch = case["shape"], case["batch"]
        old, new = case["oldWeights"], case["newWeights"]
        name = f"{shape['features']}x{shape['classes']}"
        update = [b - a for a, b in zip(old, new)]
        yield f"{name}: update", update, case["update"]
        counts = [sum(is_correct(shape, w, s) for s in batch) for w in (old, new)]
        yield f"{name}: correct", counts, case["correct"]
        yield f"{name}: delta", counts[1] - counts[0], case["delta"]
        old_salt, new_salt, update_salt, batch_salt = integers(case["salts"])
        computed = {
            "oldState": commit_state(old, old_salt),
            "newState": commit_state(new, new_salt),
            "update": commit_update(update, update_salt),
            "batch": commit_batch(batch, batch_salt),
        }
        for key, value in computed.items():
            yield f"{name}: commitment {key}", value, int(case["commitments"][key])
        public = [computed[key] for key in ("oldState", "update", "newState", "batch")]
        yield f"{name}: public inputs", [*public, case["delta"]], integers(case["publicInputs"][1:])


def check_transcript(name, case, flags, state, r):
    """What every circuit of zkpot has: the samples at the points of the transcript."""
    shape, challenge = case["shape"], case["challenge"]
    yield f"{name}: correct", sum(flags), case["correct"]
    yield f"{name}: state", state, int(case["state"])
    yield f"{name}: r", r, int(case["r"])
    rows = [[*sample["features"], sample["label"]] for sample in challenge]
    powers = [pow(r, n, P) for n in range(len(rows))]
    u = [sum(p * row[f] for p, row in zip(powers, rows)) % P for f in range(shape["features"] + 1)]
    yield f"{name}: u", u, integers(case["u"])
    z = hash_many(5, [r, *u])
    yield f"{name}: z", z, int(case["z"])
    v = sum(p * pow(z, f, P) * x for p, row in zip(powers, rows) for f, x in enumerate(row)) % P
    yield f"{name}: v", v, int(case["v"])
    public = [int(case["binding"]), state, sum(flags), r, z, v]
    yield f"{name}: public inputs", public, integers(case["publicInputs"])


def check_linear(point):
    def check(data):
        for case in data:
            shape, challenge = case["shape"], case["challenge"]
            name = f"{shape['features']}x{shape['classes']}, {len(challenge)} samples"
            flags = [is_correct(shape, case["weights"], sample) for sample in challenge]
            state = commit_state(case["weights"], int(case["salt"]))
            yield from check_transcript(name, case, flags, state, point(case, flags))

    return check


def check_mlp(data):
    for case in data:
        shape, weights, challenge = case["shape"], case["weights"], case["challenge"]
        name = f"{shape['features']}x{shape['hidden']}x{shape['classes']}, {len(challenge)} samples"
        evaluations = [evaluate_mlp(shape, weights, sample["features"]) for sample in challenge]
        yield f"{name}: evaluations", evaluations[: len(case["evaluations"])], case["evaluations"]
        extremes = case["extremes"]
        corners = [evaluate_mlp(shape, extremes["weights"], features) for features in extremes["features"]]
        yield f"{name}: extremes", corners, extremes["evaluations"]
        flags = [leads(row["scores"], sample["label"]) for row, sample in zip(evaluations, challenge)]
        yield f"{name}: how many are correct", sum(flags), case["countCorrect"]
        yield f"{name}: state without salt", commit_mlp_state(weights, 0), int(case["stateSaltZero"])
        state = commit_mlp_state(weights, int(case["salt"]))
        yield from check_transcript(name, case, flags, state, mlp_point(case, flags))


CHECKS = {
    "quantisation.json": check_quantisation,
    "model.json": check_model,
    "hashes.json": check_hashes,
    "commitments.json": check_commitments,
    "improvement.json": check_improvement,
    "zkpot.json": check_linear(transcript_point),
    "zkpot-margins.json": check_linear(margins_point),
    "zkpot-mlp.json": check_mlp,
    "vector-commitments.json": check_vector_commitments,
}


def main():
    folder = Path(__file__).parent
    passed = failed = 0
    for name, check in CHECKS.items():
        before = failed
        for what, computed, expected in check(json.loads((folder / name).read_text())):
            if computed == expected:
                passed += 1
            else:
                failed += 1
                print(f"{name}: {what} differs", file=sys.stderr)
        print(f"{name:24} {'ok' if failed == before else 'FAILED'}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
