use super::*;

fn items(lot: u32, positions: std::ops::Range<u64>, fraction: u16) -> Vec<LotItem> {
    positions.map(|position| LotItem { lot, position, fraction, due: false }).collect()
}

/// Returns the sampled positions if the stream's first `count` items come in batches of `batch`.
fn positions(count: u64, batch: usize, fraction: u16, seed: u64) -> Vec<u64> {
    items(3, 0..count, fraction)
        .chunks(batch)
        .flat_map(|batch| sample(batch, seed).into_iter().map(|index| batch[index as usize].position))
        .collect()
}

#[test]
fn every_block_has_one_sample_however_it_is_split_into_batches() {
    for seed in 0..50 {
        let whole = positions(1000, 1000, 2000, seed);
        // The batch size is not a multiple of the block, and each batch is long enough to have a sample.
        assert_eq!(whole, positions(1000, 13, 2000, seed));
        let blocks: Vec<u64> = whole.iter().map(|position| position / 5).collect();
        assert_eq!(blocks, (0..200).collect::<Vec<_>>());
    }
}

#[test]
fn a_share_without_whole_blocks_is_kept_exactly() {
    for fraction in [3000, 1429, 700, 9999, 10_000] {
        let drawn = positions(10_000, 10_000, fraction, 7);
        assert_eq!(drawn.len(), usize::from(fraction));
    }
}

/// Checks with a chi-square test that each position of a block is equally likely, at the 99.9% point of the
/// distribution.
fn uniform(counts: &[u32], threshold: f64) {
    let total: u32 = counts.iter().sum();
    let expected = f64::from(total) / counts.len() as f64;
    let distance: f64 = counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
    assert!(distance < threshold, "{distance} of {threshold}: {counts:?}");
}

#[test]
fn every_position_is_equally_likely() {
    let mut first = [0; 10];
    let mut later = [0; 10];
    let mut pairs = [0; 25];
    let mut streams = [0; 5];
    for seed in 0..20_000 {
        let drawn = positions(200, 200, 1000, seed);
        first[drawn[0] as usize] += 1;
        later[(drawn[17] % 10) as usize] += 1;
        // Neighboring blocks are sampled independently.
        let drawn = positions(10, 10, 2000, seed);
        pairs[(drawn[0] % 5 * 5 + drawn[1] % 5) as usize] += 1;
        // One seed, but another stream.
        streams[sample(&items(seed as u32, 0..5, 2000), 99)[0] as usize] += 1;
    }
    uniform(&first, 27.9);
    uniform(&later, 27.9);
    uniform(&pairs, 51.2);
    uniform(&streams, 18.5);
}

#[test]
fn the_added_sample_can_be_any_item_of_the_batch() {
    let mut of_batch = [0; 8];
    let mut of_due = [0; 4];
    for seed in 0..20_000 {
        let nothing_drawn = items(1, 0..8, 0);
        let [index] = sample(&nothing_drawn, seed)[..] else { panic!("one is added") };
        of_batch[index as usize] += 1;
        let mut two_streams = [items(1, 0..4, 10_000), items(2, 0..4, 0)].concat();
        assert_eq!(sample(&two_streams, seed), [0, 1, 2, 3]);
        two_streams[6].due = true;
        let [.., index] = sample(&two_streams, seed)[..] else { panic!("one is added") };
        of_due[index as usize - 4] += 1;
    }
    uniform(&of_batch, 24.3);
    uniform(&of_due, 16.3);
}

#[test]
fn the_same_seed_gives_the_same_sample() {
    let items = items(1, 0..50, 1000);
    assert_eq!(sample(&items, 7), sample(&items, 7));
    assert!((0..10).any(|seed| sample(&items, seed) != sample(&items, 7)));
}

#[test]
fn every_fifty_items_have_a_sample() {
    let sampled = sample(&items(1, 0..500, 0), 7);
    let batches: Vec<u32> = sampled.iter().map(|index| index / 50).collect();
    assert_eq!(batches, (0..10).collect::<Vec<_>>());
}

#[test]
fn any_items_are_sampled() {
    assert!(sample(&[], 7).is_empty());
    let odd = [(u64::MAX, 1), (u64::MAX, u16::MAX), (0, 0), (u64::MAX - 1, 9999), (5, 3), (5, 3)];
    let items: Vec<LotItem> = odd
        .iter()
        .map(|(position, fraction)| LotItem { lot: u32::MAX, position: *position, fraction: *fraction, due: true })
        .collect();
    let sampled = sample(&items, u64::MAX);
    assert!(sampled.is_sorted() && sampled.contains(&1));
}
