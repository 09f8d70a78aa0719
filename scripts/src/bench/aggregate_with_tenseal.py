# SPDX-License-Identifier: Apache-2.0
# What a client and a server of a federation take with TenSEAL (native SEAL, CKKS): bench/aggregation.ts runs it. The parameters
# are the smallest of 128-bit security that hold a sum, so that TenSEAL is as fast as it can be.
import json, resource, sys, time

import numpy as np
import tenseal as ts

contributors, sizes = int(sys.argv[1]), [int(size) for size in sys.argv[2:]]
context = ts.context(ts.SCHEME_TYPE.CKKS, 4096, coeff_mod_bit_sizes=[54, 55])
context.global_scale = 2**40
generator = np.random.default_rng(1)


def timed(action):
    start = time.perf_counter()
    result = action()
    return result, (time.perf_counter() - start) * 1000


def measure(parameters):
    update = generator.uniform(-1, 1, parameters)
    file, encrypt = min((timed(lambda: ts.ckks_vector(context, update).serialize()) for _ in range(3)), key=lambda x: x[1])
    total = ts.ckks_vector_from(context, file)
    load = add = 0
    for _ in range(contributors - 1):
        vector, loading = timed(lambda: ts.ckks_vector_from(context, file))
        load += loading
        add += timed(lambda: total.add_(vector))[1]
    opened, decrypt = timed(total.decrypt)
    assert abs(opened[0] - contributors * update[0]) < 1e-2
    return {"parameters": parameters, "encrypt": encrypt, "bytes": len(file), "load": load, "add": add, "open": decrypt}


measured = [measure(size) for size in sizes]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"version": ts.__version__, "measured": measured, "peakMemory": peak}))
