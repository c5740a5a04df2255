//! Which of the released messages a person checks.
//!
//! What always holds: the choice depends on the seed, the stream and the position alone, so nobody who prepares or writes
//! can tell what will be looked at; whatever is released, something of it is checked.

use std::collections::BTreeMap;

use baton_facts::quality::LotItem;

use super::plan::ALL;
use super::random::below;

/// The greatest batch.
const BATCH_MAX: usize = 50;

/// The indices of the items to inspect, ascending.
///
/// Each stream's positions fall into blocks of 1/fraction, and of each block one position is drawn, each as likely as any
/// other: block-random (stratified) sampling, which Dodge (1943) asks for in place of every n-th. A block that two calls
/// share has its one position in one of them, for the draw depends on the seed, the stream and the block and on nothing
/// of the call. A fraction of 0 draws nothing, 10,000 everything.
///
/// Of a stream with an item that is due, and of every 50 items, one more is drawn where there is none.
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
    // A block has at most 10,000 positions and begins at the item's own or before.
    let key = [seed, 0, u64::from(item.lot), block as u64, u64::from(item.fraction)];
    u128::from(item.position) == first + u128::from(below(size as u32, &key))
}

/// Draws one of `among` where none is chosen yet.
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
