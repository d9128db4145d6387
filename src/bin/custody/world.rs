//! What every command is given: the console, the reader's home, the flag of Ctrl-C.

use std::path::PathBuf;

use custody::evidence::engine::Engine;
use custody::evidence::home::Home;
use custody::evidence::kernels::Kernel;
use custody::report::language::{Language, Words};

use crate::arguments::Global;
use crate::console::Console;
use crate::fault::fault_with;
use crate::interrupt::Interrupt;
use crate::memory::Memory;

/// The world outside, as one value that is passed down.
pub struct World {
    pub console: Console,
    pub home: Home,
    pub memory: Memory,
    pub interrupt: Interrupt,
    pub engine: Engine,
    /// The language of pages.
    pub language: Words,
}

impl World {
    /// The world these arguments ask for.
    pub fn new(console: Console, global: &Global) -> anyhow::Result<Self> {
        let home = match &global.home {
            Some(dir) => dir.clone(),
            None => default_home()?,
        };
        let home = Home::at(home);
        Ok(Self {
            console,
            memory: Memory::of(&home),
            home,
            interrupt: Interrupt::listen()?,
            engine: engine()?,
            language: language(global),
        })
    }
}

/// The language that was asked for, or that of the locale (POSIX.1-2024, 8.2, "Internationalization Variables").
fn language(global: &Global) -> Words {
    let locale = || {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
        Language::of_locale(&names.into_iter().find_map(set).unwrap_or_default())
    };
    let named = global.lang.as_deref().and_then(Language::of);
    named.unwrap_or_else(locale)
}

/// What this machine has to hash with; CUSTODY_KERNEL names one kernel, to compare them.
fn engine() -> anyhow::Result<Engine> {
    let engine = Engine::of_this_machine();
    let Some(name) = std::env::var_os("CUSTODY_KERNEL") else {
        return Ok(engine);
    };
    let kernel = Kernel::by_name(&name.to_string_lossy())
        .filter(|kernel| Kernel::available().contains(kernel))
        .ok_or_else(|| {
            let names: Vec<&str> = Kernel::available().into_iter().map(Kernel::name).collect();
            fault_with(
                "CUSTODY_KERNEL names a kernel this processor does not have",
                format!("it has {}", names.join(", ")),
            )
        })?;
    Ok(Engine { kernel, ..engine })
}

/// The platform's folder for settings (XDG Base Directory).
fn default_home() -> anyhow::Result<PathBuf> {
    let variable = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let config = variable("XDG_CONFIG_HOME").or_else(|| Some(variable("HOME")?.join(".config")));
    config.map(|config| config.join("custody")).ok_or_else(|| {
        fault_with(
            "there is no home folder to keep identities in",
            "name one with --home DIR or CUSTODY_HOME",
        )
    })
}
