//! The desk on a real file, with components that do as the test says.

mod crash;
mod dashboard;
mod deciding;
mod fixture;
mod forgetting;
mod keeping;
mod leaving;
mod opening;
mod planting;
mod planting_laws;
mod queueing;
mod second_thoughts;
mod signing;
mod working;
