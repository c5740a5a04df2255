//! A progress bar on standard error, shown only on a terminal and removed at the end.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Terminal;

/// A progress bar.
pub struct ProgressLine(ProgressBar);

impl ProgressLine {
    /// Creates a bar, which is visible only if standard error is a terminal.
    pub fn new(terminal: &Terminal) -> Self {
        let target =
            if terminal.shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(ProgressStyle::default_spinner());
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Shows work of unknown length.
    pub fn doing(&self, what: &'static str) {
        if self.0.length().is_some() {
            self.0.unset_length();
            self.0.set_style(ProgressStyle::default_spinner());
        }
        self.0.set_message(what);
    }

    /// Shows `done` of `total`.
    pub fn at(&self, what: &'static str, done: u64, total: u64) {
        if self.0.length() != Some(total) {
            self.0.set_length(total);
            if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:32}] {human_pos}/{human_len} {eta}") {
                self.0.set_style(style.progress_chars("=> "));
            }
        }
        self.0.set_message(what);
        self.0.set_position(done);
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
