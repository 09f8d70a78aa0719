// SPDX-License-Identifier: Apache-2.0
//! The form of the process' conversations. A request is a frame with a JSON header, which may be followed by as many bytes as
//! it says; an answer is a frame of JSON. A frame is its length in four bytes, little-endian, and its content.

use serde::{Serialize, de::DeserializeOwned};
use std::{
    io::{self, Read, StdinLock, Write},
    process,
    sync::mpsc::{self, Receiver},
    thread,
};

/// Longest header of a request.
const MAX_HEADER: u32 = 16 * 1024;

/// Requests as `read` takes them off stdin, one ahead. They are read by a thread of their own, so that stdin's end, which
/// ends the process, is noticed while one is worked on.
pub fn requests<T: Send + 'static>(read: fn(&mut StdinLock) -> io::Result<Option<T>>) -> Receiver<T> {
    let (sender, receiver) = mpsc::sync_channel(1);
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        loop {
            match read(&mut input) {
                Ok(Some(request)) => {
                    if sender.send(request).is_err() {
                        return;
                    }
                }
                Ok(None) => process::exit(0),
                Err(error) => {
                    eprintln!("{error}");
                    process::exit(1);
                }
            }
        }
    });
    receiver
}

/// The next request's header; none where the input ends.
pub fn header<T: DeserializeOwned>(input: &mut impl Read) -> io::Result<Option<T>> {
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
    Ok(Some(serde_json::from_slice(&header)?))
}

/// What `read` makes of the `length` bytes that follow a header. Whatever is wrong with them, the next frame comes after them.
pub fn payload<R: Read, T>(input: R, length: u64, read: impl FnOnce(&mut io::Take<R>) -> T) -> io::Result<T> {
    let mut rest = input.take(length);
    let payload = read(&mut rest);
    io::copy(&mut rest, &mut io::sink())?;
    if rest.limit() > 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(payload)
}

/// Writes an answer.
pub fn answer(output: &mut impl Write, answer: &impl Serialize) -> io::Result<()> {
    let bytes = serde_json::to_vec(answer)?;
    output.write_all(&(bytes.len() as u32).to_le_bytes())?;
    output.write_all(&bytes)?;
    output.flush()
}
