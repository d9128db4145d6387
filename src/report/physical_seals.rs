//! The physical seals, as far as entries speak of them: what they were last said to be, and who did not look.

use crate::record::event::Action;
use crate::record::json::{Json, Object};
use crate::record::link::Link;

use super::language::Language;
use super::layout::{Most, short, within};

/// The seals that an entry names.
fn named(link: &Link) -> Option<&[Json]> {
    let seals = link.predicate().get("seals").and_then(Json::as_array);
    seals.filter(|seals| !seals.is_empty())
}

/// The last entry that names seals.
fn last_word(chain: &[Link]) -> Option<(usize, &[Json])> {
    let mut links = chain.iter().enumerate().rev();
    links.find_map(|(place, link)| Some((place, named(link)?)))
}

/// The entries that open a seal after the last word on it.
fn openings(chain: &[Link], after: usize) -> impl Iterator<Item = usize> {
    let links = chain.iter().enumerate().skip(after + 1);
    links
        .filter(|(_, link)| matches!(link.event().action, Action::Recorded("open", _)))
        .map(|(place, _)| place)
}

/// What they were last said to be, and that they were opened since, where an entry says so.
pub fn last_state(language: &Language, chain: &[Link], name: Most, text: Most) -> String {
    let Some((place, seals)) = last_word(chain) else {
        return language.recorded(None, name);
    };
    // One that is broken or absent is not lost among the others, where not all fit.
    let mut seals: Vec<&Object> = seals.iter().filter_map(Json::as_object).collect();
    seals.sort_by_key(|seal| matches!(seal.text("state"), Some("applied" | "intact")));
    let seals: Vec<String> = seals
        .iter()
        .map(|seal| {
            let number = seal.text("number").unwrap_or_default();
            let state = format!("state.{}", seal.text("state").unwrap_or_default());
            let state = if language.has(&state) {
                language.say(&state)
            } else {
                language.say("words.not-recorded")
            };
            format!("{}: {state}", within(number, name))
        })
        .collect();
    let since = match openings(chain, place).last() {
        Some(seq) => language.fill("summary.seal-opened", &[("seq", &seq)]),
        None => String::new(),
    };
    format!(
        "{} ({}){since}",
        short(&seals.join(", "), text),
        language.time_of(chain[place].event())
    )
}

/// The hand-overs that say nothing of seals that were there, and the openings behind the last word on them.
pub fn silent(chain: &[Link]) -> Vec<usize> {
    let first = chain.iter().position(|link| named(link).is_some());
    let hands = |action: &Action| matches!(action, Action::Release(_) | Action::Receipt(..));
    let mut silent: Vec<usize> = chain
        .iter()
        .enumerate()
        .skip(first.map_or(chain.len(), |first| first + 1))
        .filter(|(_, link)| hands(&link.event().action) && named(link).is_none())
        .map(|(place, _)| place)
        .collect();
    silent.extend(
        last_word(chain)
            .into_iter()
            .flat_map(|(place, _)| openings(chain, place)),
    );
    silent.sort_unstable();
    silent
}
