// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
//! Frames: a length in four bytes, little-endian, and that many bytes. Inside, numbers are little-endian as well, byte strings
//! and lists are preceded by their length in four bytes, and what may be absent by a byte, 0 or 1.

use std::{
    fmt,
    io::{self, Read},
};

/// Longest content of a frame: the whole state of a chain fits, for its root.
pub const MAX_FRAME: usize = 128 << 20;

/// Input that no client of this version writes. Nothing that follows it can be trusted.
#[derive(Debug, PartialEq)]
pub struct Malformed(pub String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The next frame's content; none where the input ends. `max` is for tests.
pub fn read_frame(input: &mut impl Read, max: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    if input.read(&mut length[..1])? == 0 {
        return Ok(None);
    }
    input.read_exact(&mut length[1..])?;
    let length = u32::from_le_bytes(length) as usize;
    if length > max {
        let message = format!("a frame of {length} bytes, longer than {max}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    let mut content = Vec::new();
    // Memory grows with what comes, not with what is announced.
    input.take(length as u64).read_to_end(&mut content)?;
    if content.len() < length {
        let message = format!("the input ends {} bytes into a frame of {length}", content.len());
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, message));
    }
    Ok(Some(content))
}

/// Reads a frame's content from its beginning.
pub struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub fn new(content: &'a [u8]) -> Self {
        Self(content)
    }

    pub fn u8(&mut self) -> Result<u8, Malformed> {
        Ok(self.array::<1>()?[0])
    }

    pub fn u32(&mut self) -> Result<u32, Malformed> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub fn u64(&mut self) -> Result<u64, Malformed> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub fn flag(&mut self) -> Result<bool, Malformed> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(Malformed(format!("{other} where 0 or 1 must be"))),
        }
    }

    pub fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.u32()? as usize;
        self.take(length)
    }

    pub fn text(&mut self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Malformed("a text that is not UTF-8".into()))
    }

    pub fn option(&mut self) -> Result<Option<&'a [u8]>, Malformed> {
        if self.flag()? { self.bytes().map(Some) } else { Ok(None) }
    }

    /// A list, whose items `read` reads. Each item takes at least a byte, so that no list is longer than what is left.
    pub fn list<T>(&mut self, read: impl Fn(&mut Self) -> Result<T, Malformed>) -> Result<Vec<T>, Malformed> {
        let length = self.u32()? as usize;
        if length > self.0.len() {
            return Err(Malformed(format!("a list of {length} items in {} bytes", self.0.len())));
        }
        (0..length).map(|_| read(self)).collect()
    }

    /// Everything that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    /// Must be called after the last field.
    pub fn end(self) -> Result<(), Malformed> {
        if self.0.is_empty() { Ok(()) } else { Err(Malformed(format!("{} bytes too many", self.0.len()))) }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (head, tail) = self
            .0
            .split_at_checked(count)
            .ok_or_else(|| Malformed(format!("{count} bytes must follow where {} are left", self.0.len())))?;
        self.0 = tail;
        Ok(head)
    }
}

/// A frame in the making.
pub struct Frame(Vec<u8>);

impl Frame {
    pub fn new(kind: u8, task: u32) -> Self {
        let mut frame = Self(vec![0; 4]);
        frame.u8(kind);
        frame.u32(task);
        frame
    }

    pub fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    pub fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub fn bytes(&mut self, value: &[u8]) {
        self.u32(value.len() as u32);
        self.0.extend_from_slice(value);
    }

    pub fn option(&mut self, value: Option<&[u8]>) {
        self.u8(value.is_some().into());
        if let Some(value) = value {
            self.bytes(value);
        }
    }

    pub fn list<T>(&mut self, items: impl ExactSizeIterator<Item = T>, write: impl Fn(&mut Self, T)) {
        self.u32(items.len() as u32);
        for item in items {
            write(self, item);
        }
    }

    /// The whole frame; none if it is longer than a frame may be.
    pub fn finish(mut self) -> Option<Vec<u8>> {
        let length = self.0.len() - 4;
        if length > MAX_FRAME {
            return None;
        }
        self.0[..4].copy_from_slice(&(length as u32).to_le_bytes());
        Some(self.0)
    }
}
