//! The tree over entries and over pieces: RFC 6962 §2.1, with SHA-256.

use super::digest::Digest;

/// A leaf: SHA-256 of `0x00` and the data.
pub fn leaf(data: &[u8]) -> Digest {
    Digest::of_parts(&[&[0], data])
}

fn node(left: &Digest, right: &Digest) -> Digest {
    Digest::of_parts(&[&[1], &left.0, &right.0])
}

/// A tree that grows leaf by leaf and keeps only the roots of its complete subtrees.
///
/// RFC 6962 splits `n` leaves at the largest power of two below `n`: what stands left of the split is complete.
#[derive(Default)]
pub struct Tree {
    /// Complete subtrees from left to right; sizes fall.
    complete: Vec<(u64, Digest)>,
}

impl Tree {
    /// Adds the next leaf's hash.
    pub fn push(&mut self, leaf: Digest) {
        let mut grown = (1, leaf);
        while let Some(&(size, left)) = self.complete.last()
            && size == grown.0
        {
            self.complete.pop();
            grown = (size * 2, node(&left, &grown.1));
        }
        self.complete.push(grown);
    }

    /// The root; of no leaves, SHA-256 of nothing.
    pub fn root(self) -> Digest {
        let mut subtrees = self.complete.into_iter().rev().map(|(_, root)| root);
        match subtrees.next() {
            None => Digest::of(b""),
            Some(last) => subtrees.fold(last, |right, left| node(&left, &right)),
        }
    }
}

impl FromIterator<Digest> for Tree {
    fn from_iter<I: IntoIterator<Item = Digest>>(leaves: I) -> Self {
        let mut tree = Self::default();
        leaves.into_iter().for_each(|leaf| tree.push(leaf));
        tree
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of RFC 6962, word for word.
    fn by_definition(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => Digest::of(b""),
            [one] => *one,
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                node(
                    &by_definition(&leaves[..split]),
                    &by_definition(&leaves[split..]),
                )
            }
        }
    }

    #[test]
    fn equals_the_definition() {
        let leaves: Vec<Digest> = (0..200u8).map(|number| leaf(&[number])).collect();
        for count in 0..leaves.len() {
            let tree: Tree = leaves[..count].iter().copied().collect();
            assert_eq!(
                tree.root(),
                by_definition(&leaves[..count]),
                "{count} leaves"
            );
        }
    }
}
