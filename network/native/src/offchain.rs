// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
//! What only an offchain worker of a runtime may do.

use crate::{
    protocol::Question,
    storage::Changes,
    tasks::{Ask, Fault, failed},
};
use smoldot::executor::runtime_call::{OffchainContext, RuntimeCall};

/// Does what the runtime asks for. `changes` is what tasks have set; values from before are the other end's.
pub fn resume(context: OffchainContext, changes: &mut Changes, client: &impl Ask) -> Result<RuntimeCall, Fault> {
    Ok(match context {
        OffchainContext::StorageGet(request) => {
            let value = client.ask(Question::OffchainGet, &[request.key().as_ref()])?;
            request.inject_value(value)
        }
        OffchainContext::StorageSet(request) => {
            let key = request.key().as_ref().to_vec();
            let replaces = match (changes.get(&key), request.old_value()) {
                (Some(Some(current)), Some(expected)) => expected.as_ref() == current,
                _ => true,
            };
            if replaces {
                changes.insert(key, request.value().map(|value| value.as_ref().to_vec()));
            }
            request.resume(replaces)
        }
        OffchainContext::Timestamp(request) => {
            let time = fixed(client.ask(Question::Timestamp, &[])?, "timestamp")?;
            request.inject_timestamp(u64::from_le_bytes(time))
        }
        OffchainContext::RandomSeed(request) => {
            let seed = fixed(client.ask(Question::RandomSeed, &[])?, "random seed")?;
            request.inject_random_seed(seed)
        }
        OffchainContext::SubmitTransaction(request) => {
            let taken = client.ask(Question::SubmitTransaction, &[request.transaction().as_ref()])?;
            let [taken] = fixed(taken, "answer to a transaction")?;
            request.resume(taken == 1)
        }
    })
}

fn fixed<const N: usize>(value: Option<Vec<u8>>, what: &str) -> Result<[u8; N], Fault> {
    let value = value.unwrap_or_default();
    let length = value.len();
    value.try_into().map_err(|_| failed(format!("a {what} of {length} bytes, where {N} must be")))
}
