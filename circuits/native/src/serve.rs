// SPDX-License-Identifier: Apache-2.0
//! The process' conversation.
//!
//! A request is a frame with a JSON header, `{"zkey": path, "sha256": hex, "witness": bytes}`, followed by that many bytes
//! of a `.wtns` file. The answer is a frame: `{"proof": hex, "publicInputs": [decimal]}` or `{"error": code}`. A frame is its
//! length in four bytes, little-endian, and its content.

use crate::{groth16, keys::Keys, witness};
use ark_ff::{BigInteger256, PrimeField};
use serde::{Deserialize, Serialize};
use std::{
    io::{self, Read, Write},
    process,
    sync::mpsc,
    thread,
};

/// Longest header of a request.
const MAX_HEADER: u32 = 16 * 1024;

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

/// Serves until stdin ends. Requests are read by a thread of their own, so that its end is noticed during a proof.
pub fn serve() -> io::Result<()> {
    let (sender, jobs) = mpsc::sync_channel::<Job>(1);
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        loop {
            match read(&mut input) {
                Ok(Some(job)) => sender.send(job).expect("the other thread ends with the process"),
                Ok(None) => process::exit(0),
                Err(error) => {
                    eprintln!("{error}");
                    process::exit(1);
                }
            }
        }
    });
    let mut keys = Keys::default();
    let mut output = io::stdout().lock();
    while let Ok((request, witness)) = jobs.recv() {
        let answer = prove(&mut keys, &request, witness).unwrap_or_else(Answer::Error);
        let bytes = serde_json::to_vec(&answer)?;
        output.write_all(&(bytes.len() as u32).to_le_bytes())?;
        output.write_all(&bytes)?;
        output.flush()?;
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
fn read(input: &mut impl Read) -> io::Result<Option<Job>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u32::from_le_bytes(length);
    if length > MAX_HEADER {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut header = vec![0; length as usize];
    input.read_exact(&mut header)?;
    let request: Request = serde_json::from_slice(&header)?;
    let mut rest = input.take(request.witness);
    let witness = witness::read(&mut rest);
    // Whatever is wrong with it, the next frame comes after it.
    io::copy(&mut rest, &mut io::sink())?;
    if rest.limit() > 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some((request, witness)))
}
