//! The part of the story about what leaves for others to build on.

use super::Teller;
use crate::world::Village;

impl Teller<'_> {
    /// The association's and the cooperation's records in a common vocabulary.
    pub(super) async fn commons(&mut self, village: &Village) {
        let (jardins, mairie) = (&village.association, &village.commune.manager);
        self.get(&jardins.manager, format!("/v1/structures/{}/valueflows?from=2026-01-01", jardins.id)).await;
        self.get(mairie, format!("/v1/cooperations/{}/valueflows", village.cooperation)).await;
    }
}
