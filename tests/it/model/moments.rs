//! What a summary said at each moment, it says again when it is asked as known at that moment.

use serde_json::Value;

use super::parties::Model;
use super::sums::of;
use crate::world::World;

/// A summary as it was answered, and of which party (none: of the cooperation) and year.
pub struct Said {
    pub scope: Option<usize>,
    pub year: i32,
    pub summary: Value,
}

/// Asserts that the summary as known at the line that was the last says the same, word for word.
pub async fn assert_said_again(world: &World, model: &Model, said: &Said) {
    let Said { scope, year, summary } = said;
    let (path, by) = of(model, *scope);
    let line = summary["ledger"]["seq"].as_i64().unwrap();
    if line > 0 {
        let path = format!("/v1/{path}/summaries/{year}?known_at_line={line}");
        let again = world.get(&path).by(&model.party(by).manager).await.ok();
        assert_eq!(again, *summary, "{path}");
    }
}
