// SPDX-License-Identifier: Apache-2.0
//! The conversation about proofs, in frames.
//!
//! A request is `{"zkey": path, "sha256": hex, "witness": bytes}`, followed by that many bytes of a `.wtns` file. The answer is
//! `{"proof": hex, "publicInputs": [decimal]}` or `{"error": code}`.

use crate::{frames, groth16, keys::Keys, witness};
use ark_ff::{BigInteger256, PrimeField};
use serde::{Deserialize, Serialize};
use std::io::{self, StdinLock};

/// What to prove.
#[derive(Deserialize)]
pub struct Request {
    /// File of the proving key.
    pub zkey: String,
    /// sha256 that the file must have, in hex.
    pub sha256: String,
    /// Bytes of the witness that follows the header.
    witness: u64,
}

/// Why there is no proof.
#[derive(Clone, Copy, Serialize)]
pub enum Failure {
    /// The key cannot be read, or is not the pinned one.
    #[serde(rename = "KEYS_INVALID")]
    Keys,
    /// The witness is malformed or not one of the key's circuit.
    #[serde(rename = "WITNESS_INVALID")]
    Witness,
    /// The system has no randomness.
    #[serde(rename = "BACKEND")]
    Randomness,
}

/// A proof or why there is none.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Answer {
    Error(Failure),
    #[serde(untagged)]
    Proof {
        /// A, B and C in arkworks' compressed form, in hex.
        proof: String,
        #[serde(rename = "publicInputs")]
        public_inputs: Vec<String>,
    },
}

type Job = (Request, Result<Vec<BigInteger256>, Failure>);

/// Serves until stdin ends.
pub fn serve() -> io::Result<()> {
    let jobs = frames::requests(read);
    let mut keys = Keys::default();
    let mut output = io::stdout().lock();
    while let Ok((request, witness)) = jobs.recv() {
        let answer = prove(&mut keys, &request, witness).unwrap_or_else(Answer::Error);
        frames::answer(&mut output, &answer)?;
    }
    Ok(())
}

fn prove(keys: &mut Keys, request: &Request, witness: Result<Vec<BigInteger256>, Failure>) -> Result<Answer, Failure> {
    let key = keys.open(request)?;
    let witness = witness?;
    if witness.len() != key.variables {
        return Err(Failure::Witness);
    }
    let groth16::Proved { proof, public_inputs } = groth16::prove(key, &witness)?;
    Ok(Answer::Proof {
        proof: proof.iter().map(|byte| format!("{byte:02x}")).collect(),
        public_inputs: public_inputs.iter().map(|input| input.into_bigint().to_string()).collect(),
    })
}

/// The next request with its witness; none where the input ends.
fn read(input: &mut StdinLock) -> io::Result<Option<Job>> {
    let Some(request) = frames::header::<Request>(input)? else { return Ok(None) };
    let witness = frames::payload(input, request.witness, |rest| witness::read(rest))?;
    Ok(Some((request, witness)))
}
