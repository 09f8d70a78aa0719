// SPDX-License-Identifier: Apache-2.0
//! ML-DSA-65 key pairs from seeds, for tests and benchmarks.

use crate::types::*;
use fips204::{
    ml_dsa_65,
    traits::{KeyGen, SerDes, Signer},
};

/// An ML-DSA-65 key pair that a seed determines.
pub struct MlDsaKeys {
    pub public: MlDsaPublicKey,
    private: ml_dsa_65::PrivateKey,
}

impl MlDsaKeys {
    /// Different seeds give different keys.
    pub fn new(seed: u8) -> Self {
        let (public, private) = ml_dsa_65::KG::keygen_from_seed(&[seed; 32]);
        Self { public: public.into_bytes(), private }
    }

    /// A signature over `message` under `context`.
    pub fn sign(&self, message: &[u8], context: &[u8]) -> MlDsaSignature {
        let signature = self.private.try_sign_with_seed(&[0; 32], message, context).expect("the context is short; qed");
        signature.to_vec().try_into().expect("a signature has 3,309 bytes; qed")
    }
}
