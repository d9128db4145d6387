//! Chance: the salts of a seal, from the operating system.

use custody::record::digest::Salt;

use crate::fault::fault;

/// The salts, drawn at once.
pub struct Chance {
    /// Keeps the hash of the listing safe in disclosed copies.
    pub listing_salt: [u8; 32],
    salts: std::vec::IntoIter<[u8; 16]>,
}

impl Chance {
    /// Draws a salt for each entry.
    pub fn draw(entries: usize) -> anyhow::Result<Self> {
        let no_chance = |_| fault("the operating system gave no random numbers");
        let mut listing_salt = [0; 32];
        getrandom::fill(&mut listing_salt).map_err(no_chance)?;
        let mut bytes = vec![0; entries * 16];
        getrandom::fill(&mut bytes).map_err(no_chance)?;
        let salts: Vec<[u8; 16]> = bytes.as_chunks::<16>().0.to_vec();
        Ok(Self {
            listing_salt,
            salts: salts.into_iter(),
        })
    }

    /// The salt of the next entry.
    pub fn next(&mut self) -> Salt {
        Salt(self.salts.next().unwrap_or_default())
    }
}
