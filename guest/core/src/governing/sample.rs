//! Which of the released messages a person checks.

use baton_facts::quality::LotItem;

/// Every item: under the standing `pilot`, the only one that [`super::assess`] gives, inspection is full, so the
/// fractions and the seed leave nothing out.
pub fn sample(items: &[LotItem], _seed: u64) -> Vec<u32> {
    (0_u32..).take(items.len()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_inspected() {
        let items: Vec<LotItem> = (0..3).map(|position| LotItem { lot: 0, position, fraction: 1000 }).collect();
        assert_eq!(sample(&items, 7), [0, 1, 2]);
        assert!(sample(&[], 7).is_empty());
    }
}
