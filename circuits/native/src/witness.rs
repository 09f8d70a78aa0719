// SPDX-License-Identifier: Apache-2.0
//! circom's `.wtns` files, read from a stream.

use crate::serve::Failure;
use ark_bn254::Fr;
use ark_ff::{BigInteger256, PrimeField};
use std::io::Read;

/// Largest witness that is read: 2^26 values.
const MAX_VALUES: u32 = 1 << 26;
const VALUE: usize = 32;

/// Reads a witness: value 0 is one, then the public inputs, then the private signals.
///
/// The values stay in the form in which proofs need them most, integers below the group order.
pub fn read(input: &mut impl Read) -> Result<Vec<BigInteger256>, Failure> {
    read_file(input).ok_or(Failure::Witness)
}

fn read_file(input: &mut impl Read) -> Option<Vec<BigInteger256>> {
    let mut bytes = [0; 12];
    input.read_exact(&mut bytes).ok()?;
    if &bytes != b"wtns\x02\0\0\0\x02\0\0\0" {
        return None;
    }
    let section = |input: &mut dyn Read, number: u32| {
        let mut header = [0; 12];
        input.read_exact(&mut header).ok()?;
        let (kind, size) = header.split_first_chunk()?;
        (u32::from_le_bytes(*kind) == number).then(|| u64::from_le_bytes(size.try_into().expect("eight bytes")))
    };
    if section(input, 1)? != 40 {
        return None;
    }
    let mut header = [0; 40];
    input.read_exact(&mut header).ok()?;
    let count = u32::from_le_bytes(header[36..].try_into().expect("four bytes"));
    let field_is_ours = header[..4] == (VALUE as u32).to_le_bytes() && integer(&header[4..36]) == Fr::MODULUS;
    if !field_is_ours || count > MAX_VALUES || section(input, 2)? != u64::from(count) * VALUE as u64 {
        return None;
    }
    let mut values = Vec::with_capacity(count as usize);
    let mut value = [0; VALUE];
    let mut buffered = std::io::BufReader::with_capacity(1 << 16, input);
    for _ in 0..count {
        buffered.read_exact(&mut value).ok()?;
        let number = integer(&value);
        if number >= Fr::MODULUS {
            return None;
        }
        values.push(number);
    }
    (values.first() == Some(&BigInteger256::from(1u64))).then_some(values)
}

/// Thirty-two bytes, little-endian.
pub fn integer(bytes: &[u8]) -> BigInteger256 {
    let mut limbs = [0; 4];
    for (limb, bytes) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
    }
    BigInteger256::new(limbs)
}
