//! The copy that is kept when an exhibit is returned: it has a digital seal of its own, and is hashed before the return
//! is signed.

use std::path::{Path, PathBuf};

use custody::audit::finding::{Code, Severity};
use custody::audit::same_content::same_content;
use custody::audit::selection::Selection;
use custody::audit::trust::Trust;
use custody::evidence::shown;
use custody::record::bundle::Bundle;
use custody::record::json::{Json, Object};
use custody::report::layout::safe;
use custody::report::sentences::{place, sentence};

use crate::check::{Opened, Wanted, check, open};
use crate::fault::{fault, fault_with};
use crate::memory::Use;
use crate::world::World;

/// A copy that is kept: its record is judged, the copy itself not yet read.
pub struct Retained {
    path: PathBuf,
    opened: Opened,
}

impl Retained {
    /// Reads the bundle of the copy, and holds it against that of the exhibit.
    pub fn open(
        world: &World,
        named: &Path,
        trust: &Trust,
        exhibit: &Bundle,
    ) -> anyhow::Result<Self> {
        let opened = open(world, named, trust, &[], Use::Compare)?;
        let path = opened.path.clone();
        let copy = opened.record.bundle();
        if copy.card().seal == exhibit.card().seal {
            return Err(fault_with(
                format!("{} is the exhibit that is returned", shown(&path)),
                "copy the evidence, seal the copy, and name the bundle of the copy",
            ));
        }
        if !same_content(copy, exhibit) {
            return Err(fault(format!(
                "{} is no copy of the exhibit: the two seals are of different content",
                shown(&path)
            )));
        }
        Ok(Self { path, opened })
    }

    /// What the entry says of it.
    pub fn fields(&self) -> Json {
        let bundle = self.opened.record.bundle();
        let first = &bundle.chain[0];
        Json::Object(
            Object::new()
                .with("exhibit", Json::text(&first.event().exhibit))
                .with("seal", bundle.card().seal.to_json())
                .with("sha256", first.subject().sha256.to_json()),
        )
    }

    /// Hashes the copy. An entry that names it is signed only if all of it is there, and nothing differs.
    pub fn check(self, world: &World, trust: &Trust) -> anyhow::Result<()> {
        let wanted = Wanted::Evidence {
            named: None,
            selection: Selection::default(),
            full: true,
        };
        let path = self.path;
        let done = check(world, self.opened, trust, wanted)?;
        let is_in_the_way = |code: Code| {
            code.severity() == Severity::Change
                || matches!(code, Code::NotSupplied | Code::Hidden | Code::Unreadable)
        };
        match done
            .report
            .findings
            .iter()
            .find(|finding| is_in_the_way(finding.code))
        {
            None => {
                world.console.say(&format!(
                    "The copy of {} was hashed: no change found.",
                    safe(&shown(&path))
                ));
                Ok(())
            }
            Some(finding) => {
                let place = place(finding);
                let colon = if place.is_empty() { "" } else { ": " };
                Err(fault_with(
                    format!(
                        "the copy that is to be kept does not check, so nothing was recorded: {place}{colon}{}",
                        sentence(finding)
                    ),
                    format!("`custody verify {}` says more", shown(&path)),
                ))
            }
        }
    }
}
