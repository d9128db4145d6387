//! Chance: the salts of a seal, the number of a request, from the operating system.

use custody::record::digest::Salt;

use crate::fault::fault;

/// A number for a request, so that no older answer passes for its own.
pub fn nonce() -> anyhow::Result<[u8; 8]> {
    let mut nonce = [0; 8];
    getrandom::fill(&mut nonce).map_err(no_chance)?;
    Ok(nonce)
}

fn no_chance(_: getrandom::Error) -> anyhow::Error {
    fault("the operating system gave no random numbers")
}

/// The salts, drawn at once.
pub struct Chance {
    /// Keeps the hash of the listing safe in disclosed copies.
    pub listing_salt: [u8; 32],
    salts: std::vec::IntoIter<[u8; 16]>,
}

impl Chance {
    /// Draws a salt for each entry.
    pub fn draw(entries: usize) -> anyhow::Result<Self> {
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
