# SPDX-License-Identifier: Apache-2.0
# What a client and a server of a federation take with the building blocks of Flower's SecAgg+, put together as its workflow does
# it: quantise, mask with one generator a neighbour and one of its own, add, take the masks of the own generators off.
# bench/aggregation.ts runs it. Key agreement, secret shares and the network are left out, which favours Flower.
import json, os, resource, sys, time

import flwr
import numpy as np
from flwr.common.secure_aggregation.ndarrays_arithmetic import (
    parameters_addition,
    parameters_mod,
    parameters_subtraction,
)
from flwr.common.secure_aggregation.quantization import quantize
from flwr.common.secure_aggregation.secaggplus_utils import pseudo_rand_gen

contributors, num_shares, sizes = int(sys.argv[1]), int(sys.argv[2]), [int(size) for size in sys.argv[3:]]
CLIPPING_RANGE, QUANTIZATION_RANGE, MODULUS = 8.0, 2**22, 2**32
generator = np.random.default_rng(1)


def timed(action):
    start = time.perf_counter()
    result = action()
    return result, (time.perf_counter() - start) * 1000


def mask(update, own, neighbours):
    masked = quantize([update], CLIPPING_RANGE, QUANTIZATION_RANGE)
    masked = parameters_addition(masked, pseudo_rand_gen(own, MODULUS, [update.shape]))
    for i, seed in enumerate(neighbours):
        change = parameters_addition if i % 2 == 0 else parameters_subtraction
        masked = change(masked, pseudo_rand_gen(seed, MODULUS, [update.shape]))
    return parameters_mod(masked, MODULUS)


def measure(parameters):
    update = generator.uniform(-1, 1, parameters)
    own, neighbours = os.urandom(32), [os.urandom(32) for _ in range(num_shares - 1)]
    masked, client = timed(lambda: mask(update, own, neighbours))
    add = 0
    total = [np.zeros(parameters, np.int64)]
    for _ in range(contributors):
        total, adding = timed(lambda: parameters_addition(total, masked))
        add += adding
    _, unmask = timed(lambda: parameters_subtraction(total, pseudo_rand_gen(own, MODULUS, [update.shape])))
    return {"parameters": parameters, "encrypt": client, "bytes": masked[0].nbytes, "load": 0, "add": add + unmask * contributors, "open": 0}


measured = [measure(size) for size in sizes]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"version": flwr.__version__, "measured": measured, "peakMemory": peak}))
