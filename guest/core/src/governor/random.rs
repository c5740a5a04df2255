//! Pseudorandom numbers that depend only on their key.
//!
//! SplitMix64's mixing function: G. L. Steele, D. Lea and C. H. Flood, "Fast splittable pseudorandom number
//! generators", OOPSLA 2014, 453–472, with the constants of S. Vigna's `splitmix64.c`. Predictable for anybody who
//! knows the seed.

/// Returns a number less than `below` that depends on every word of `key`, uniform to one part in 2^32; 0 if `below` is
/// 0.
pub(super) fn below(below: u32, key: &[u64]) -> u32 {
    let word = key.iter().fold(0, |state, word| mix(state ^ word));
    // The upper half of the product is `word / 2^64` of `below`: D. Lemire, "Fast random integer generation in an
    // interval", ACM Transactions on Modeling and Computer Simulation 29 (2019).
    ((u128::from(word) * u128::from(below)) >> 64) as u32
}

fn mix(state: u64) -> u64 {
    let mut word = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers that `splitmix64.c` gives from seed 1234567.
    #[test]
    fn the_mixing_function_is_the_published_one() {
        const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;
        let numbers: Vec<u64> =
            (0..3).map(|nth: u64| mix(1_234_567_u64.wrapping_add(GAMMA.wrapping_mul(nth)))).collect();
        assert_eq!(numbers, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }
}
