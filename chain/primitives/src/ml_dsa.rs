// SPDX-License-Identifier: Apache-2.0
//! ML-DSA-65 verification (FIPS 204) with context strings.

use crate::types::{MlDsaPublicKey, MlDsaSignature};
use fips204::{
    ml_dsa_65::{PublicKey, SIG_LEN},
    traits::{SerDes, Verifier},
};

/// Context string of the signature by which a worker shows that it holds its key.
pub const WORKER_CONTEXT: &[u8] = b"training-ledger/worker/v1";

/// Whether `signature` is the key's over `message` under `context`. False for malformed keys and signatures too.
pub fn verify(key: &MlDsaPublicKey, message: &[u8], signature: &MlDsaSignature, context: &[u8]) -> bool {
    let Ok(signature) = <&[u8; SIG_LEN]>::try_from(signature.as_slice()) else { return false };
    PublicKey::try_from_bytes(*key).is_ok_and(|key| key.verify(message, signature, context))
}
