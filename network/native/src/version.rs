// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
//! The version that a runtime says it has.

use crate::{
    frames::{Fields, Frame},
    runtimes::Runtimes,
    tasks::Fault,
};

/// Writes the version of the runtime whose number the request holds.
pub fn write(mut request: Fields, runtimes: &Runtimes, answer: &mut Frame) -> Result<(), Fault> {
    let id = request.u32()?;
    request.end()?;
    let prototype = runtimes.get(id)?.prepared(true)?;
    let version = prototype.runtime_version().decode();
    answer.bytes(version.spec_name.as_bytes());
    answer.bytes(version.impl_name.as_bytes());
    answer.u32(version.authoring_version);
    answer.u32(version.spec_version);
    answer.u32(version.impl_version);
    answer.u32(version.transaction_version.unwrap_or_default());
    answer.u8(version.state_version.map_or(0, u8::from));
    let apis: Vec<_> = version.apis.collect();
    answer.list(apis.iter(), |answer, api| {
        answer.bytes(&api.name_hash);
        answer.u32(api.version);
    });
    Ok(())
}
