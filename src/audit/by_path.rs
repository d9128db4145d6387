//! Things by their path, asked for one after the other.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

/// How far ahead what is asked for may stand: nobody asks for the folders between two files.
const NEAR: usize = 8;

/// Finds things by their path. Entries and what is found of them stand in one order, so what is asked for is nearly
/// always what comes next; only where it is not, all of them are put into a table.
pub struct ByPath<'a, T> {
    things: Vec<(&'a str, &'a T)>,
    next: Cell<usize>,
    table: OnceCell<HashMap<&'a str, &'a T>>,
}

impl<'a, T> ByPath<'a, T> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.things.len()
    }

    /// The thing of this path.
    pub fn get(&self, path: &str) -> Option<&'a T> {
        let next = self.next.get();
        let mut near = self.things.iter().skip(next).take(NEAR);
        if let Some(step) = near.position(|(own, _)| *own == path) {
            self.next.set(next + step + 1);
            return Some(self.things[next + step].1);
        }
        let first = self.things.first().filter(|(own, _)| *own == path);
        if let Some((_, thing)) = first {
            // Someone begins anew.
            self.next.set(1);
            return Some(thing);
        }
        let table = self
            .table
            .get_or_init(|| self.things.iter().copied().collect());
        table.get(path).copied()
    }
}

impl<'a, T> FromIterator<(&'a str, &'a T)> for ByPath<'a, T> {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a T)>>(things: I) -> Self {
        Self {
            things: things.into_iter().collect(),
            next: Cell::new(0),
            table: OnceCell::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_in_any_order_is_found() {
        let names: Vec<String> = (0..50).map(|number| format!("file {number}")).collect();
        let things: ByPath<'_, String> = names.iter().map(|name| (name.as_str(), name)).collect();
        let orders: [&mut dyn Iterator<Item = usize>; 4] = [
            &mut (0..50),
            &mut (0..50).rev(),
            &mut (0..50).step_by(3),
            &mut [7, 7, 8, 0, 1, 0, 49].into_iter(),
        ];
        for order in orders {
            for number in order {
                assert_eq!(things.get(&names[number]), Some(&names[number]));
                assert_eq!(things.get(&format!("other {number}")), None);
            }
        }
        assert_eq!(things.len(), 50);
    }
}
