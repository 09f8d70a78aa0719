// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
//! A task's end of the conversation: questions while it runs, and why it ends without a result.

use crate::{
    frames::{Fields, Frame, Malformed},
    protocol::{Question, reply},
};
use std::{
    io::{self, Write},
    sync::mpsc::Receiver,
};

/// Why a task has no result.
#[derive(Debug, PartialEq)]
pub enum Fault {
    /// The process cannot go on.
    Malformed(Malformed),
    /// Told to the other end.
    Failed(String),
    /// The other end knows why.
    Aborted,
    RuntimeUnknown,
}

impl From<Malformed> for Fault {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

/// A task's fault from whatever says in words what went wrong.
pub fn failed(error: impl ToString) -> Fault {
    Fault::Failed(error.to_string())
}

/// Asks the other end.
pub trait Ask {
    /// The value that answers a question; none where there is no value.
    fn ask(&self, question: Question, fields: &[&[u8]]) -> Result<Option<Vec<u8>>, Fault>;
}

/// Where the other end is, over stdin and stdout.
pub struct Client {
    pub task: u32,
    pub replies: Receiver<Vec<u8>>,
}

impl Ask for Client {
    fn ask(&self, question: Question, fields: &[&[u8]]) -> Result<Option<Vec<u8>>, Fault> {
        let mut frame = Frame::new(question as u8, self.task);
        for field in fields {
            frame.bytes(field);
        }
        send(frame)?;
        // Once the input has ended the whole process does.
        let content = self.replies.recv().map_err(|_| Fault::Aborted)?;
        let mut fields = Fields::new(&content);
        let value = match fields.u8()? {
            reply::ABSENT => None,
            reply::VALUE => Some(fields.bytes()?.to_vec()),
            reply::ABORT => return Err(Fault::Aborted),
            other => return Err(Malformed(format!("a reply of kind {other}")).into()),
        };
        fields.end()?;
        Ok(value)
    }
}

/// Writes a frame whole.
pub fn send(frame: Frame) -> Result<(), Fault> {
    let bytes = frame.finish().ok_or_else(|| failed("the answer is longer than a frame may be"))?;
    let mut output = io::stdout().lock();
    // Where nobody reads, the input ends too, and with it the process.
    let _ = output.write_all(&bytes).and_then(|()| output.flush());
    Ok(())
}
