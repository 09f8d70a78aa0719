// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
//! What the frames are: a byte that says which, the task's number in four bytes, and fields. Anything may be asked while tasks
//! run; each has one answer, in any order.

/// Requests, and answers to questions.
pub mod request {
    /// A runtime; the number before it is its own.
    pub const RUNTIME: u8 = 1;
    pub const VERSION: u8 = 2;
    pub const CALL: u8 = 3;
    pub const STATE_ROOT: u8 = 4;
    pub const DECODE_PROOF: u8 = 5;
    pub const CREATE_PROOF: u8 = 6;
    /// The answer to a task's question: a byte of [`super::reply`].
    pub const REPLY: u8 = 7;
}

/// Answers to requests.
pub mod answer {
    pub const DONE: u8 = 16;
    /// Why it cannot be done; the next task may be.
    pub const FAILED: u8 = 17;
    /// The runtime's number is not known: it was never sent, or made room for others.
    pub const RUNTIME_UNKNOWN: u8 = 18;
}

/// What a running task asks of the other end, which answers with a value or with none.
#[derive(Clone, Copy)]
#[repr(u8)]
pub enum Question {
    StorageGet = 32,
    NextKey = 33,
    OffchainGet = 34,
    /// Milliseconds since 1970, in eight bytes.
    Timestamp = 35,
    /// 32 bytes.
    RandomSeed = 36,
    /// A byte: whether the transaction was taken.
    SubmitTransaction = 37,
}

/// First byte of the answer to a question.
pub mod reply {
    pub const ABSENT: u8 = 0;
    pub const VALUE: u8 = 1;
    /// It could not be answered: the task is over.
    pub const ABORT: u8 = 2;
}
