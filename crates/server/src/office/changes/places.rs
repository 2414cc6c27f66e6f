//! Places for pages that listen. Each holds a connection, so an operator has a few of them, and all operators no more than the server can
//! spare.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use guichet_core::OperatorId;

/// How many pages of one operator may listen at once.
const MOST_OF_ONE: usize = 6;

/// How many of all.
const MOST: usize = 256;

/// The places of one node, by who holds them. Cheap to clone.
#[derive(Clone, Default)]
pub(in crate::office) struct Places(Arc<Mutex<HashMap<OperatorId, usize>>>);

/// A place; dropping it gives it back.
pub(in crate::office) struct Place {
    places: Places,
    operator: OperatorId,
}

impl Places {
    /// A place, unless all are taken.
    pub(in crate::office) fn take(&self, operator: OperatorId) -> Option<Place> {
        let mut held = self.held();
        let all: usize = held.values().sum();
        let count = held.get(&operator).copied().unwrap_or_default();
        if count >= MOST_OF_ONE || all >= MOST {
            return None;
        }
        held.insert(operator, count + 1);
        drop(held);
        Some(Place { places: self.clone(), operator })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<OperatorId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.places.held();
        match held.get_mut(&self.operator) {
            Some(count) if *count > 1 => *count -= 1,
            Some(_) | None => drop(held.remove(&self.operator)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operator(number: u8) -> OperatorId {
        OperatorId::new(1, [number; 10])
    }

    #[test]
    fn an_operator_has_a_few_places_and_gets_them_back() {
        let places = Places::default();
        let mut held: Vec<Place> = std::iter::from_fn(|| places.take(operator(1))).collect();
        assert_eq!(held.len(), MOST_OF_ONE);
        assert!(places.take(operator(2)).is_some(), "another one has places of their own");
        held.pop();
        assert!(places.take(operator(1)).is_some());
        drop(held);
        assert!(places.held().is_empty());
    }

    #[test]
    fn all_operators_together_have_no_more_than_the_server_spares() {
        let places = Places::default();
        let held: Vec<Place> = (0..u8::MAX)
            .flat_map(|number| std::iter::from_fn(|| places.take(operator(number))).collect::<Vec<_>>())
            .collect();
        assert_eq!(held.len(), MOST);
    }
}
