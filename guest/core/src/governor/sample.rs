//! Chooses which released messages a person checks.
//!
//! The choice depends only on the seed, the stream and the position, so no component can predict it. Every batch has at
//! least one.

use std::collections::BTreeMap;

use baton_facts::quality::LotItem;

use super::plan::ALL;
use super::random::below;

/// Messages in a batch.
const BATCH_MAX: usize = 50;

/// Returns the indices of the items to inspect, ascending.
///
/// The positions of each stream form blocks of 1/fraction, with one random position per block: block-random
/// (stratified) sampling, which Dodge (1943) asks for instead of every n-th. The draw depends on the seed, the stream
/// and the block, so a block split over two calls still has one. A fraction of 0 selects nothing, 10,000 everything.
///
/// A stream with a due item, and every 50 items, have at least one.
pub fn sample(items: &[LotItem], seed: u64) -> Vec<u32> {
    let mut chosen: Vec<bool> = items.iter().map(|item| is_sampled(item, seed)).collect();

    let mut due: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.due) {
        due.entry(item.lot).or_default();
    }
    for (index, item) in items.iter().enumerate() {
        if let Some(indices) = due.get_mut(&item.lot) {
            indices.push(index);
        }
    }
    for indices in due.values() {
        ensure_one(&mut chosen, items, indices, [seed, 1]);
    }
    let indices: Vec<usize> = (0..items.len()).collect();
    for batch in indices.chunks(BATCH_MAX) {
        ensure_one(&mut chosen, items, batch, [seed, 2]);
    }
    (0..).zip(chosen).filter_map(|(index, chosen)| chosen.then_some(index)).collect()
}

pub(super) fn is_sampled(item: &LotItem, seed: u64) -> bool {
    let share = u128::from(item.fraction.min(ALL));
    if share == 0 {
        return false;
    }
    let block = u128::from(item.position) * share / u128::from(ALL);
    let starts = |block: u128| (block * u128::from(ALL)).div_ceil(share);
    let (first, size) = (starts(block), starts(block + 1) - starts(block));
    // A block has at most 10,000 positions and starts at or before the item's own.
    let key = [seed, 0, u64::from(item.lot), block as u64, u64::from(item.fraction)];
    u128::from(item.position) == first + u128::from(below(size as u32, &key))
}

/// Selects one of `among` if none is selected yet.
fn ensure_one(chosen: &mut [bool], items: &[LotItem], among: &[usize], [seed, purpose]: [u64; 2]) {
    if among.iter().any(|index| chosen[*index]) {
        return;
    }
    let Some(first) = among.first().map(|index| &items[*index]) else { return };
    let key = [seed, purpose, u64::from(first.lot), first.position];
    let nth = below(u32::try_from(among.len()).unwrap_or(u32::MAX), &key);
    if let Some(index) = usize::try_from(nth).ok().and_then(|nth| among.get(nth)) {
        chosen[*index] = true;
    }
}

#[cfg(test)]
mod tests;
