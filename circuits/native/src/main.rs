// SPDX-License-Identifier: Apache-2.0
//! Groth16 over BN254 for circom's files, and commitments to vectors, as a process.
//!
//! `serve` proves what it is told on stdin and answers on stdout, one proof at a time on all cores, and ends with stdin, also
//! in the middle of a proof. `commit` does the same for vector commitments. `setup` makes development keys. `check` ends well
//! where the processor has what this was built for. Nothing is logged: a witness is a secret.

mod combination;
mod commit;
mod frames;
mod generators;
mod groth16;
mod keys;
mod multiexp;
mod packed;
mod sections;
mod serve;
mod setup;
mod witness;
mod zkey;

use ark_ec::PrimeGroup;
use std::{env, io, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["serve"] => serve::serve(),
        ["commit", generators] => commit::serve(generators),
        ["setup", r1cs, zkey, seed] => setup::setup(r1cs, zkey, seed),
        ["check"] => check(),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "usage: serve | commit <generators> | setup <r1cs> <zkey> <seed> | check",
        )),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the field's and the curve's code once.
fn check() -> io::Result<()> {
    let generator = ark_bn254::G1Projective::generator();
    if generator * ark_bn254::Fr::from(3u64) != generator + generator + generator {
        return Err(io::Error::other("the processor counts wrongly"));
    }
    println!("{} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    Ok(())
}
