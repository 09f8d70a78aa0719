// SPDX-License-Identifier: Apache-2.0
//! The container of iden3's binary files: a magic word, a version, and sections by number.
//! <https://github.com/iden3/r1csfile/blob/master/doc/r1cs_bin_format.md> describes the container.

use std::collections::BTreeMap;

/// A file taken apart.
pub struct Sections<'a>(BTreeMap<u32, &'a [u8]>);

impl<'a> Sections<'a> {
    /// None for anything that is no such file.
    pub fn parse(bytes: &'a [u8], magic: &[u8; 4]) -> Option<Self> {
        let mut reader = Reader(bytes.strip_prefix(magic)?);
        let _version = reader.u32()?;
        let mut sections = BTreeMap::new();
        for _ in 0..reader.u32()? {
            let (number, size) = (reader.u32()?, usize::try_from(reader.u64()?).ok()?);
            sections.insert(number, reader.take(size)?);
        }
        Some(Self(sections))
    }

    pub fn section(&self, number: u32) -> Option<Reader<'a>> {
        self.0.get(&number).map(|bytes| Reader(bytes))
    }
}

/// Reads little-endian values off the front.
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn take(&mut self, size: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }
}
