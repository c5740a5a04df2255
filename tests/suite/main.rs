//! The whole program's tests, as one binary. Each file is about one promise.

mod autonomy;
mod calibration;
mod capacity;
mod changes;
mod comparing;
mod crash;
mod directions;
mod followups;
mod histories;
mod hostile_abi;
mod hostile_drafters;
mod hostile_engines;
mod keeping;
mod loading;
mod maildev;
mod permits;
mod planted;
mod replay;
mod runs;
mod sandbox;
mod scenarios;
mod sending;
mod sharing;
mod tiers;
mod web;
mod webhooks;
