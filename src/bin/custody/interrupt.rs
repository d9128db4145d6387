//! Ctrl-C: long work ends between two reads and writes nothing; anything else ends at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

/// Whether the work is to end.
#[derive(Clone)]
pub struct Interrupt {
    asked: Arc<AtomicBool>,
    /// No long work is under way: then a signal does what it always does.
    idle: Arc<AtomicBool>,
}

impl Interrupt {
    /// Listens from now on.
    pub fn listen() -> std::io::Result<Self> {
        let interrupt = Self {
            asked: Arc::default(),
            idle: Arc::new(AtomicBool::new(true)),
        };
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // A second signal ends the program even within long work.
            flag::register_conditional_default(signal, Arc::clone(&interrupt.asked))?;
            flag::register_conditional_default(signal, Arc::clone(&interrupt.idle))?;
            flag::register(signal, Arc::clone(&interrupt.asked))?;
        }
        Ok(interrupt)
    }

    /// Does long work that looks at the flag.
    pub fn during<T>(&self, work: impl FnOnce(&AtomicBool) -> T) -> T {
        self.idle.store(false, Ordering::SeqCst);
        let done = work(&self.asked);
        self.idle.store(true, Ordering::SeqCst);
        done
    }
}
