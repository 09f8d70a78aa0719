// SPDX-License-Identifier: Apache-2.0
mod challenge;
mod commitments;
mod entries;
mod keys;
mod rounds;
mod scenario;
mod suspensions;
mod transitions;
mod weights;
mod workers;
