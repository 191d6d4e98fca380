//! The service itself in the story: its figures, and what it says when it can record nothing.

use crate::world::{METRICS_TOKEN, World};

/// The figures, with the operator's token and without.
pub async fn figures(world: &World) {
    world.get("/metrics").token(METRICS_TOKEN).await.is(200);
    world.get("/metrics").await.refused(404, "not-found");
}

/// A server that stops is not ready; seen in a world of its own, for nothing would be recorded in this one any more.
pub async fn refusals(world: &World) {
    let other = World::new().await;
    other.app.store.close().await;
    other.get("/readyz").await.is(503);
    other.observed().into_iter().for_each(|observation| world.observe(observation));
}
