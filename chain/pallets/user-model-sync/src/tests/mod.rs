// SPDX-License-Identifier: Apache-2.0
mod delivery;
mod governance;
mod hand_over;
mod history;
mod origins;
mod refusals;
mod scenario;
mod sync;
mod weights;
mod world;
