#![doc = include_str!("../README.md")]

/// The engine: prepares packages, and releases approved messages.
pub const ENGINE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/engine.wasm"));

/// The drafter: writes drafts from the campaign's templates.
pub const DRAFTER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/drafter.wasm"));

/// The governor: decides who reviews, and how trust is earned and lost.
pub const GOVERNOR: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/governor.wasm"));

/// The reader: reads inbound mail.
pub const READER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/reader.wasm"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_a_component() {
        // The magic number of WebAssembly, and the version and layer of a component.
        const PREAMBLE: [u8; 8] = [0, b'a', b's', b'm', 0x0d, 0, 1, 0];
        for bytes in [ENGINE, DRAFTER, GOVERNOR, READER] {
            assert_eq!(bytes.get(..8), Some(&PREAMBLE[..]));
        }
    }
}
