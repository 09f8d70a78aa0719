// SPDX-License-Identifier: Apache-2.0
//! What goes in and out of the runtime API `Benchmark`, version 2, as SCALE encodes it: `frame_benchmarking` itself would
//! bring the whole of FRAME.

use codec::{Decode, Encode};

/// The letter of a parameter, from 0 for `a`.
pub type Parameter = u8;

/// Which benchmark is to run.
#[derive(Encode)]
pub struct Config {
    pub pallet: Vec<u8>,
    pub instance: Vec<u8>,
    pub benchmark: Vec<u8>,
    pub components: Vec<(Parameter, u32)>,
    pub verify: bool,
    pub repeats: u32,
}

/// The benchmarks of a pallet.
#[derive(Decode)]
pub struct List {
    pub pallet: Vec<u8>,
    pub instance: Vec<u8>,
    pub benchmarks: Vec<Metadata>,
}

/// A benchmark and its parameters with their bounds.
#[derive(Decode)]
pub struct Metadata {
    pub name: Vec<u8>,
    pub components: Vec<(Parameter, u32, u32)>,
    pub _pov_modes: Vec<(Vec<u8>, Vec<u8>)>,
}

/// Results of a benchmark.
#[derive(Decode)]
pub struct Batch {
    pub _pallet: Vec<u8>,
    pub _instance: Vec<u8>,
    pub _benchmark: Vec<u8>,
    pub results: Vec<Run>,
}

/// One run.
#[derive(Decode)]
pub struct Run {
    pub _components: Vec<(Parameter, u32)>,
    /// Nanoseconds.
    pub extrinsic_time: u128,
    pub _storage_root_time: u128,
    pub _counts: (u32, u32, u32, u32, u32),
    pub _keys: Vec<(Vec<u8>, u32, u32, bool)>,
}
