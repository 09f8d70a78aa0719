# SPDX-License-Identifier: Apache-2.0
# Proves with EZKL what bench/proofs.ts proves: a private model's accuracy on public samples. Public is how far each sample's own
# score is below the best one, so that zeros are what is classified correctly; it shows more than our proof does, and costs EZKL
# less than counting would.
import asyncio, inspect, json, os, sys, time

import ezkl
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

statement, folder, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(statement) as file:
    given = json.load(file)
os.chdir(folder)
samples = np.array(given["samples"], np.float32)
classes = len(given["layers"][-1]["biases"])
own = np.eye(classes, dtype=np.float32)[given["labels"]]

nodes, constants, last = [], [], "x"
for i, layer in enumerate(given["layers"]):
    constants += [
        numpy_helper.from_array(np.array(layer["weights"], np.float32).T.copy(), f"w{i}"),
        numpy_helper.from_array(np.array(layer["biases"], np.float32), f"b{i}"),
    ]
    nodes.append(helper.make_node("Gemm", [last, f"w{i}", f"b{i}"], [f"s{i}"]))
    last = f"s{i}"
    if i + 1 < len(given["layers"]):
        nodes.append(helper.make_node("Relu", [last], [f"h{i}"]))
        last = f"h{i}"
constants.append(numpy_helper.from_array(np.array([1], np.int64), "axes"))
nodes += [
    helper.make_node("Mul", [last, "own"], ["selected"]),
    helper.make_node("ReduceSum", ["selected", "axes"], ["score"], keepdims=1),
    helper.make_node("ReduceMax", [last], ["best"], axes=[1], keepdims=1),
    helper.make_node("Sub", ["best", "score"], ["behind"]),
]
count = len(samples)
value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
graph = helper.make_graph(
    nodes, "accuracy",
    [value("x", list(samples.shape)), value("own", [count, classes])],
    [value("behind", [count, 1])], constants,
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
model.ir_version = 8
onnx.save(model, "model.onnx")
with open("input.json", "w") as file:
    json.dump({"input_data": [samples.flatten().tolist(), own.flatten().tolist()]}, file)


async def done(result):
    return await result if inspect.isawaitable(result) else result


async def main():
    arguments = ezkl.PyRunArgs()
    arguments.input_visibility = "public"
    arguments.param_visibility = "private"
    arguments.output_visibility = "public"
    ezkl.gen_settings("model.onnx", "settings.json", py_run_args=arguments)
    await done(ezkl.calibrate_settings("input.json", "model.onnx", "settings.json", "resources"))
    ezkl.compile_circuit("model.onnx", "model.compiled", "settings.json")
    with open("settings.json") as file:
        settings = json.load(file)
    rows = settings["run_args"]["logrows"]
    ezkl.gen_srs("kzg.srs", rows)
    ezkl.setup("model.compiled", "vk.key", "pk.key", "kzg.srs")
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        await done(ezkl.gen_witness("input.json", "model.compiled", "witness.json"))
        ezkl.prove("witness.json", "model.compiled", "pk.key", "proof.json", "kzg.srs")
        times.append(1000 * (time.perf_counter() - started))
    if not ezkl.verify("proof.json", "settings.json", "vk.key", "kzg.srs"):
        raise SystemExit("EZKL does not accept its own proof.")
    with open("proof.json") as file:
        proof = json.load(file)["hex_proof"]
    scales = [settings["run_args"][key] for key in ("input_scale", "param_scale")]
    print(json.dumps({
        "times": times, "bytes": len(proof) // 2 - 1, "rows": settings["num_rows"], "logrows": rows,
        "scales": scales, "version": ezkl.__version__,
    }))


asyncio.run(main())
