//! How far long work is: a bar on a terminal, a line every ten seconds elsewhere.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use custody::evidence::progress::{Limit, Progress};
use custody::report::layout::figure;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::console::Console;

/// How often a line is written where there is no terminal.
const INTERVAL: Duration = Duration::from_secs(10);

/// The progress of one reading.
pub struct Bar<'a> {
    console: &'a Console,
    interrupted: &'a AtomicBool,
    bar: Option<ProgressBar>,
    total: u64,
    done: u64,
    /// Bytes that were read another day.
    skipped: u64,
    limit: Option<Limit>,
    begun: Instant,
    said: Instant,
}

impl<'a> Bar<'a> {
    /// A bar for the work that comes.
    pub fn new(console: &'a Console, interrupted: &'a AtomicBool) -> Self {
        let begun = Instant::now();
        Self {
            console,
            interrupted,
            bar: None,
            total: 0,
            done: 0,
            skipped: 0,
            limit: None,
            begun,
            said: begun,
        }
    }
}

impl Progress for Bar<'_> {
    fn begin(&mut self, bytes: u64) {
        self.total += bytes;
        if self.console.is_quiet() || !std::io::stderr().is_terminal() {
            return;
        }
        if let Some(bar) = &self.bar {
            return bar.set_length(self.total);
        }
        let bar =
            ProgressBar::with_draw_target(Some(self.total), ProgressDrawTarget::stderr_with_hz(5));
        let template = "{wide_bar} {binary_bytes} of {binary_total_bytes}  {binary_bytes_per_sec}  {eta} left{msg}";
        bar.set_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        self.bar = Some(bar);
    }

    fn advance(&mut self, bytes: u64) {
        self.done += bytes;
        if let Some(bar) = &self.bar {
            return bar.inc(bytes);
        }
        if self.said.elapsed() >= INTERVAL {
            self.said = Instant::now();
            let read = (self.done - self.skipped) as f64;
            let rate = read / self.begun.elapsed().as_secs_f64();
            let left = self.total.saturating_sub(self.done) as f64 / rate.max(1.0);
            self.console.say(&format!(
                "{} of {} MiB read, {:.0} MiB/s, about {left:.0} s left{}",
                figure(self.done >> 20),
                figure(self.total >> 20),
                rate / f64::from(1 << 20),
                self.limit.map_or("", in_words),
            ));
        }
    }

    fn skip(&mut self, bytes: u64) {
        self.done += bytes;
        self.skipped += bytes;
        let words = format!(
            "{} of {} MiB were hashed before an interruption: going on from there",
            figure(bytes >> 20),
            figure(self.total >> 20)
        );
        match &self.bar {
            Some(bar) => {
                bar.suspend(|| self.console.say(&words));
                bar.inc(bytes);
                bar.reset_eta();
            }
            None => self.console.say(&words),
        }
    }

    fn limited_by(&mut self, limit: Limit) {
        self.limit = Some(limit);
        if let Some(bar) = &self.bar {
            bar.set_message(in_words(limit));
        }
    }

    fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}

fn in_words(limit: Limit) -> &'static str {
    match limit {
        Limit::Disk => "; the disk is the limit",
        Limit::Processor => "; the processor is the limit",
    }
}

impl Drop for Bar<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
