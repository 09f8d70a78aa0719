// SPDX-License-Identifier: Apache-2.0
//! Generators of vector commitments, which nobody knows a relation between: hashes that are coordinates of points.
//!
//! They are kept in a file: "TLG1", their number (u32, little-endian), sha256 of the rest, then each as a base's 64 bytes.

use crate::multiexp::{BASE_BYTES, Base, base};
use halo2curves::{
    bn256::Fq,
    ff::{Field, PrimeField},
    ff_ext::Legendre,
    serde::SerdeObject,
};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
    process,
};

/// Most generators, and with that scalars of a vector.
pub const MAX_GENERATORS: usize = 400_000;
const DOMAIN: &[u8] = b"training-ledger/pedersen/v1";
const MAGIC: &[u8] = b"TLG1";
const HEAD: usize = 40;
/// Generators are made in steps of as many, so that slightly longer vectors do not rewrite the file.
const STEP: usize = 1024;

/// The generators that were needed until now.
pub struct Generators {
    file: PathBuf,
    bases: Vec<Base>,
    was_read: bool,
}

impl Generators {
    /// Generators that are kept in a file, which need not exist.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into(), bases: Vec::new(), was_read: false }
    }

    /// The first `count` of at most [`MAX_GENERATORS`]: from the file, or made and kept there. That it cannot be written costs
    /// time only.
    pub fn first(&mut self, count: usize) -> &[Base] {
        if self.bases.len() < count && !self.was_read {
            self.bases = read(&self.file).unwrap_or_default();
            self.was_read = true;
        }
        if self.bases.len() < count {
            let end = count.next_multiple_of(STEP).min(MAX_GENERATORS);
            let more: Vec<_> = (self.bases.len()..end).into_par_iter().map(|index| generator(index as u32)).collect();
            self.bases.extend(more);
            let _ = write(&self.file, &self.bases);
        }
        &self.bases[..count]
    }
}

/// The generator of a place: x is the first hash with a rising counter that is a coordinate, y the smaller root.
fn generator(index: u32) -> Base {
    let coordinates = |counter: u8| {
        let hash =
            Sha256::new().chain_update(DOMAIN).chain_update(index.to_le_bytes()).chain_update([counter]).finalize();
        let mut bytes: [u8; 32] = hash.into();
        bytes[31] &= 0x3f;
        let x = Option::<Fq>::from(Fq::from_repr(bytes.into()))?;
        let square = x.square() * x + Fq::from(3);
        if square.legendre() == -1 {
            return None;
        }
        let root = Option::<Fq>::from(square.sqrt())?;
        Some(Base { x, y: if is_smaller(&root, &-root) { root } else { -root } })
    };
    // A counter is refused with a probability of 0.62: all 256 of them never are.
    (0..=u8::MAX).find_map(coordinates).expect("a generator has a counter")
}

/// Compares two elements as integers below the modulus.
fn is_smaller(a: &Fq, b: &Fq) -> bool {
    a.to_repr().as_ref().iter().rev().lt(b.to_repr().as_ref().iter().rev())
}

/// What the file holds; none if it is not whole.
fn read(file: &Path) -> Option<Vec<Base>> {
    let bytes = fs::read(file).ok()?;
    let (head, points) = bytes.split_at_checked(HEAD)?;
    let count = u32::from_le_bytes(head[4..8].try_into().expect("four bytes")) as usize;
    let is_whole = head.starts_with(MAGIC)
        && count <= MAX_GENERATORS
        && points.len() == count * BASE_BYTES
        && head[8..] == Sha256::digest(points)[..];
    is_whole.then(|| points.par_chunks_exact(BASE_BYTES).map(base).collect())
}

/// Writes the file as a whole: others may read it meanwhile.
fn write(file: &Path, bases: &[Base]) -> std::io::Result<()> {
    let mut bytes = vec![0; HEAD];
    bases.iter().for_each(|base| bytes.extend(base.to_raw_bytes()));
    let hash = Sha256::digest(&bytes[HEAD..]);
    bytes[..4].copy_from_slice(MAGIC);
    bytes[4..8].copy_from_slice(&(bases.len() as u32).to_le_bytes());
    bytes[8..HEAD].copy_from_slice(&hash);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let draft = file.with_extension(format!("{}.tmp", process::id()));
    fs::write(&draft, bytes)?;
    fs::rename(draft, file)
}
