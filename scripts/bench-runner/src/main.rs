// SPDX-License-Identifier: Apache-2.0
//! Runs the benchmarks of a runtime's WASM in wasmtime as Substrate's nodes use it, and prints their times as
//! `polkadot-omni-node benchmark pallet --json-file` does, which few published nodes have compiled in.
//!
//! `bench-runner WASM PALLET STEPS REPEAT`

mod api;
mod host;

use api::{Batch, Config, List, Metadata, Parameter};
use codec::{Decode, Encode};
use sc_executor::WasmExecutor;
use serde_json::{json, Value};
use sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode};
use sp_state_machine::BasicExternalities;
use std::error::Error;

type Hosts = (sp_io::SubstrateHostFunctions, host::benchmarking::HostFunctions);
type Result<T> = core::result::Result<T, Box<dyn Error>>;

struct Runtime {
    executor: WasmExecutor<Hosts>,
    wasm: Vec<u8>,
}

impl Runtime {
    /// Calls the runtime on an empty chain.
    fn call<T: Decode>(&self, method: &str, argument: &impl Encode) -> Result<T> {
        let code = RuntimeCode {
            code_fetcher: &WrappedRuntimeCode(self.wasm.as_slice().into()),
            heap_pages: None,
            // Names the compiled code in the executor's cache; there is one.
            hash: b"benchmarked runtime".to_vec(),
        };
        let mut chain = BasicExternalities::default();
        let (result, _) = self.executor.call(&mut chain, &code, method, &argument.encode(), CallContext::Offchain);
        Ok(T::decode(&mut &result?[..])?)
    }

    fn benchmarks(&self, pallet: &str) -> Result<List> {
        // Followed by a list of storage items, which is not read.
        let lists: Vec<List> = self.call("Benchmark_benchmark_metadata", &true)?;
        let list = lists.into_iter().find(|list| list.pallet == pallet.as_bytes());
        Ok(list.ok_or_else(|| format!("The runtime has no benchmarks of {pallet}."))?)
    }

    /// Nanoseconds of one run.
    fn time(&self, list: &List, benchmark: &[u8], components: &[(Parameter, u32)]) -> Result<u128> {
        let config = Config {
            pallet: list.pallet.clone(),
            instance: list.instance.clone(),
            benchmark: benchmark.into(),
            components: components.into(),
            verify: false,
            repeats: 1,
        };
        type Batches = core::result::Result<Vec<Batch>, String>;
        let batches = self.call::<Batches>("Benchmark_dispatch_benchmark", &config)??;
        let result = batches.first().and_then(|batch| batch.results.first());
        Ok(result.ok_or("The benchmark gave no result.")?.extrinsic_time)
    }
}

/// Values from `low` to `high`, at most `steps` of them, both ends included.
fn steps(low: u32, high: u32, steps: u32) -> Vec<u32> {
    let gaps = steps.saturating_sub(1).clamp(1, (high - low).max(1));
    let mut values =
        (0..=gaps).map(|i| low + ((high - low) as u64 * i as u64 / gaps as u64) as u32).collect::<Vec<_>>();
    values.dedup();
    values
}

fn measure(runtime: &Runtime, list: &List, benchmark: &Metadata, count: u32, repeat: u32) -> Result<Value> {
    let [pallet, name] = [&list.pallet, &benchmark.name].map(|name| String::from_utf8_lossy(name));
    // The ledger's benchmarks have one parameter at most.
    let points: Vec<Vec<(Parameter, u32)>> = match benchmark.components[..] {
        [] => vec![Vec::new()],
        [(parameter, low, high)] => steps(low, high, count).into_iter().map(|value| vec![(parameter, value)]).collect(),
        _ => return Err(format!("{name} has more than one parameter.").into()),
    };
    let mut results = Vec::new();
    for components in points {
        for _ in 0..repeat {
            let time = runtime.time(list, &benchmark.name, &components)?;
            let named =
                components.iter().map(|(parameter, value)| json!([char::from(b'a' + parameter).to_string(), value]));
            results.push(json!({ "components": named.collect::<Vec<_>>(), "extrinsic_time": time as u64 }));
        }
    }
    eprintln!("{pallet} {name}");
    Ok(json!({ "pallet": pallet, "benchmark": name, "time_results": results }))
}

fn main() -> Result<()> {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let [wasm, pallet, count, repeat] = &arguments[..] else {
        return Err("bench-runner WASM PALLET STEPS REPEAT".into());
    };
    let executor = WasmExecutor::builder().with_allow_missing_host_functions(true).build();
    let runtime = Runtime { executor, wasm: std::fs::read(wasm)? };
    let (count, repeat) = (count.parse()?, repeat.parse()?);
    let list = runtime.benchmarks(pallet)?;
    let measured = list.benchmarks.iter().map(|benchmark| measure(&runtime, &list, benchmark, count, repeat));
    println!("{}", Value::Array(measured.collect::<Result<_>>()?));
    Ok(())
}
