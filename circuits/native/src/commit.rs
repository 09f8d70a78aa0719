// SPDX-License-Identifier: Apache-2.0
//! The conversation about vector commitments, in frames. Nothing in it is secret.
//!
//! - `{"command": "commit", "bytes": n}` and a vector's n bytes, 32 a scalar, little-endian: `{"commitment": hex}`. With
//!   `"streams": [..]`, the bytes are streams of limbs instead (packed.rs); it is the same in `add`.
//! - `{"command": "begin"}` forgets what was added: `{"done": true}`.
//! - `{"command": "add", "coefficient": hex, "commitment": hex, "bytes": n}` and a vector: `{"done": true}`; the coefficient has
//!   16 bytes, little-endian.
//! - `{"command": "finish"}`: `{"opens": boolean}`, whether all that was added opens; it is forgotten.
//!
//! `{"error": "MALFORMED"}` answers a vector that is empty, too long or not one of scalars, streams that do not fit the bytes, a
//! limb that is not below its bound, a commitment that is no point, and more openings than fit. Requests may be sent before earlier
//! ones are answered. A request that is none ends the process.

use crate::{
    combination::{Combination, SCALAR, is_vector},
    frames,
    generators::{Generators, MAX_GENERATORS},
    multiexp::sum_of_products,
    packed::{LimbStream, WINDOW, unpack},
    witness::integer,
};
use ark_ec::CurveGroup;
use ark_serialize::CanonicalSerialize;
use serde::{Deserialize, Serialize};
use std::{
    io::{self, Read, StdinLock},
    mem,
};

#[derive(Deserialize)]
#[serde(tag = "command", rename_all = "lowercase", deny_unknown_fields)]
enum Request {
    Commit { bytes: u64, streams: Option<Vec<LimbStream>> },
    Begin {},
    Add { coefficient: String, commitment: String, bytes: u64, streams: Option<Vec<LimbStream>> },
    Finish {},
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Commitment(String),
    Done(bool),
    Opens(bool),
    Error(&'static str),
}

const MALFORMED: Answer = Answer::Error("MALFORMED");

/// Serves until stdin ends, with generators that are kept in a file.
pub fn serve(file: &str) -> io::Result<()> {
    let requests = frames::requests(read);
    let mut generators = Generators::new(file);
    let mut combination = Combination::default();
    let mut output = io::stdout().lock();
    while let Ok((request, vector)) = requests.recv() {
        let answer = match request {
            Request::Commit { .. } => commit(&mut generators, &vector),
            Request::Begin {} => {
                combination = Combination::default();
                Answer::Done(true)
            }
            Request::Add { coefficient, commitment, .. } => add(&mut combination, &coefficient, &commitment, &vector),
            Request::Finish {} => Answer::Opens(mem::take(&mut combination).holds(&mut generators)),
        };
        frames::answer(&mut output, &answer)?;
    }
    Ok(())
}

fn commit(generators: &mut Generators, vector: &[u8]) -> Answer {
    if !is_vector(vector) {
        return MALFORMED;
    }
    let scalars: Vec<_> = vector.chunks_exact(SCALAR).map(integer).collect();
    let point = sum_of_products(generators.first(scalars.len()), &scalars).into_affine();
    let mut bytes = Vec::with_capacity(SCALAR);
    point.serialize_compressed(&mut bytes).expect("memory is written to");
    Answer::Commitment(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn add(combination: &mut Combination, coefficient: &str, commitment: &str, vector: &[u8]) -> Answer {
    let added = hex::<16>(coefficient).zip(hex::<32>(commitment)).is_some_and(|(coefficient, commitment)| {
        combination.add(u128::from_le_bytes(coefficient), &commitment, vector)
    });
    if added { Answer::Done(true) } else { MALFORMED }
}

/// Exactly `N` bytes of hex.
fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// The next request with its vector; none where the input ends. Of a vector that is too long nothing is kept, and one whose
/// limbs cannot be unpacked is empty.
fn read(input: &mut StdinLock) -> io::Result<Option<(Request, Vec<u8>)>> {
    let Some(request) = frames::header::<Request>(input)? else { return Ok(None) };
    let (length, streams) = match &request {
        Request::Commit { bytes, streams } | Request::Add { bytes, streams, .. } => (*bytes, streams.as_ref()),
        Request::Begin {} | Request::Finish {} => (0, None),
    };
    let vector = frames::payload(input, length, |rest| {
        let mut vector = Vec::new();
        if length <= (MAX_GENERATORS * SCALAR) as u64 {
            vector.reserve_exact(length as usize + WINDOW);
            rest.read_to_end(&mut vector)?;
        }
        io::Result::Ok(vector)
    })??;
    let vector = match streams {
        Some(streams) => unpack(vector, streams).unwrap_or_default(),
        None => vector,
    };
    Ok(Some((request, vector)))
}
