// SPDX-License-Identifier: Apache-2.0
mod access;
mod base_models;
mod custody;
mod exports;
mod forks;
mod ids;
mod ownership;
mod versions;
