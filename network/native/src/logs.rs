// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
//! What a runtime logs.

use crate::frames::Frame;
use smoldot::executor::runtime_call::LogEmitInfo;

/// A line of a runtime's log. Old runtimes print without level and target.
pub struct Log {
    message: String,
    level_and_target: Option<(u32, String)>,
}

impl Log {
    pub fn of(info: LogEmitInfo) -> Self {
        let printed = |message: String| Self { message, level_and_target: None };
        match info {
            LogEmitInfo::Num(number) => printed(number.to_string()),
            LogEmitInfo::Utf8(text) => printed(text.to_string()),
            LogEmitInfo::Hex(bytes) => printed(bytes.to_string()),
            LogEmitInfo::Log { log_level, target, message } => {
                Self { message: message.to_string(), level_and_target: Some((log_level, target.to_string())) }
            }
        }
    }

    pub fn write(&self, answer: &mut Frame) {
        answer.bytes(self.message.as_bytes());
        answer.u8(self.level_and_target.is_some().into());
        if let Some((level, target)) = &self.level_and_target {
            answer.u32(*level);
            answer.bytes(target.as_bytes());
        }
    }
}
