//! What an admin writes: `baton.toml` and the campaign files.
