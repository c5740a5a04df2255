//! Mutations of seeds: bytes are flipped, inserted, repeated, cut and joined with other seeds, and words of the format
//! are inserted.

/// A source of random inputs similar to the seeds. The same state gives the same inputs.
pub struct Mutator<'a> {
    state: u64,
    seeds: &'a [Vec<u8>],
    words: &'a [&'a str],
}

/// The maximum length of an input.
const LONGEST: usize = 64 << 10;

impl<'a> Mutator<'a> {
    pub fn new(state: u64, seeds: &'a [Vec<u8>], words: &'a [&'a str]) -> Self {
        assert!(!seeds.is_empty(), "there is a seed");
        Self { state, seeds, words }
    }

    /// Returns a number below the limit, by xorshift.
    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as usize % limit.max(1)
    }

    pub fn next(&mut self) -> Vec<u8> {
        let seed = self.below(self.seeds.len());
        let mut input = self.seeds[seed].clone();
        for _ in 0..=self.below(8) {
            self.mutate(&mut input);
        }
        input.truncate(LONGEST.max(self.seeds[seed].len()));
        input
    }

    fn mutate(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let end = (at + self.below(64)).min(input.len());
        match self.below(7) {
            0 if at < input.len() => input[at] ^= 1 << self.below(8),
            1 if at < input.len() => input[at] = [0, 1, 0x7f, 0x80, 0xff][self.below(5)],
            2 => drop(input.drain(at..end)),
            3 => {
                let part = input[at..end].to_vec();
                let many = part.repeat(self.below(40));
                input.splice(at..at, many);
            }
            4 => {
                let other = self.below(self.seeds.len());
                let from = self.below(self.seeds[other].len());
                input.truncate(at);
                input.extend_from_slice(&self.seeds[other][from..]);
            }
            5 => input.truncate(at),
            _ => {
                let word = self.below(self.words.len());
                input.splice(at..at, self.words[word].bytes());
            }
        }
    }
}
