//! A line of the ledger as clients read it, and what was said of it.

use serde::Serialize;

use super::private_as_seen;
use super::rows::{self, Recorded};
use super::rules::{Deed, Kind, Provenance, Quantities, SourceKind, State, hex};
use crate::auth::Act;
use crate::clock::{Day, Moment};
use crate::error::Error;
use crate::id::Id;
use crate::text::{Name, Note};

/// A contribution or correction, as clients read it.
#[derive(Serialize)]
pub struct View {
    /// Its identifier.
    pub id: Id,
    /// Its place in the ledger.
    pub seq: i64,
    act: Deed,
    corrects: Option<Id>,
    kind: Kind,
    source: Source,
    giver_id: Option<Id>,
    receiver_id: Option<Id>,
    cooperation_id: Option<Id>,
    category: Name,
    occurred_on: Day,
    occurred_until: Option<Day>,
    quantities: Quantities,
    provenance: Provenance,
    provenance_rule: Option<Name>,
    state: State,
    declared_by: Option<Id>,
    on_behalf: bool,
    recorded_at: Moment,
    hash: String,
}

#[derive(Serialize)]
struct Source {
    kind: SourceKind,
    id: Id,
}

impl From<Recorded> for View {
    fn from(recorded: Recorded) -> Self {
        let Recorded { line, flow, state, corrects, hash } = recorded;
        Self {
            on_behalf: line.is_on_behalf(&flow),
            id: line.id,
            seq: line.seq,
            act: line.deed,
            corrects,
            kind: flow.kind,
            source: Source { kind: flow.source_kind, id: flow.source_id },
            giver_id: flow.giver_id,
            receiver_id: flow.receiver_id,
            cooperation_id: flow.cooperation_id,
            category: flow.category,
            occurred_on: flow.occurred_on,
            occurred_until: flow.occurred_until,
            quantities: flow.quantities,
            provenance: flow.basis.provenance,
            provenance_rule: flow.basis.rule,
            state,
            declared_by: line.spoken_for,
            recorded_at: line.recorded_at,
            hash: hex(&hash),
        }
    }
}

/// The same, with what was said of it and what the caller may read of its private part.
#[derive(Serialize)]
pub struct Detail {
    #[serde(flatten)]
    view: View,
    words: Vec<Said>,
    person_id: Option<Id>,
    note: Option<Note>,
}

/// A later line about a contribution.
#[derive(Serialize)]
struct Said {
    act: Deed,
    id: Id,
    structure_id: Option<Id>,
    recorded_at: Moment,
    reason: Option<Note>,
    withdrawn: bool,
}

/// A flow with all that was said of it, for a caller who may see it.
///
/// # Errors
/// What SQLite refuses.
pub fn detail(act: &Act<'_>, recorded: Recorded) -> Result<Detail, Error> {
    let family = rows::family_of(act.db, recorded.line.seq)?;
    let mut words = Vec::new();
    for line in family.lines().iter().filter(|line| line.subject == Some(recorded.line.seq)) {
        words.push(Said {
            act: line.deed,
            id: line.id,
            structure_id: line.spoken_for,
            recorded_at: line.recorded_at,
            reason: rows::private(act.db, line.seq)?.text,
            withdrawn: family.is_withdrawn(line),
        });
    }
    let private = private_as_seen(act, &recorded)?;
    Ok(Detail { view: recorded.into(), words, person_id: private.person_id, note: private.text })
}
