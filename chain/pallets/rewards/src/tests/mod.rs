// SPDX-License-Identifier: Apache-2.0
mod claims;
mod fixed_shares;
mod funding;
mod scenario;
mod shares;
