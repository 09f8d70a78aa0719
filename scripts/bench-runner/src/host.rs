// SPDX-License-Identifier: Apache-2.0
//! The host functions of `frame_benchmarking`, for runs that each begin on an empty chain: times only, no counts of reads.
#![allow(dead_code)] // The macro makes functions for a runtime to call, too.

use sp_runtime_interface::{
    pass_by::{AllocateAndReturnByCodec, AllocateAndReturnPointer, PassFatPointerAndDecode, PassFatPointerAndRead},
    runtime_interface,
};
use sp_storage::TrackedStorageKey;

#[runtime_interface]
pub trait Benchmarking {
    fn current_time() -> AllocateAndReturnPointer<[u8; 16], 16> {
        let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
        since.expect("the clock is after 1970").as_nanos().to_le_bytes()
    }

    fn wipe_db() {}

    fn commit_db() {}

    fn read_write_count() -> AllocateAndReturnByCodec<(u32, u32, u32, u32)> {
        (0, 0, 0, 0)
    }

    fn reset_read_write_count() {}

    fn get_whitelist() -> AllocateAndReturnByCodec<Vec<TrackedStorageKey>> {
        Vec::new()
    }

    fn set_whitelist(_new: PassFatPointerAndDecode<Vec<TrackedStorageKey>>) {}

    fn add_to_whitelist(_add: PassFatPointerAndDecode<TrackedStorageKey>) {}

    fn remove_from_whitelist(_remove: PassFatPointerAndRead<Vec<u8>>) {}

    fn get_read_and_written_keys() -> AllocateAndReturnByCodec<Vec<(Vec<u8>, u32, u32, bool)>> {
        Vec::new()
    }

    fn proof_size() -> AllocateAndReturnByCodec<Option<u32>> {
        None
    }
}
