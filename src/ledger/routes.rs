//! The ledger over HTTP: contributions, and what the parties say of them.

use axum::extract::State as Shared;
use axum::http::{HeaderMap, Uri};
use serde::Deserialize;

use super::correction::CorrectionWish;
use super::heads::Place;
use super::lines::Lines;
use super::proof::{self, HeadView, Which};
use super::rows::{self, Filter};
use super::rules::{Deed, Kind, State};
use super::tally::Side;
use super::view::{View, detail};
use super::{Word, heads};
use crate::App;
use crate::audit;
use crate::audit::rules::About;
use crate::auth::rules::Right;
use crate::auth::{Caller, Whose};
use crate::clock::Day;
use crate::error::{Error, Fault, FieldError};
use crate::export::csv::Dialect;
use crate::export::stream;
use crate::http::extract::{Command, Create, PathId, Query};
use crate::http::frame;
use crate::http::limits::PageSize;
use crate::http::reply::{Cursor, Reply, Streamed};
use crate::id::Id;
use crate::text::{Name, Note};

/// Which contributions to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContributionQuery {
    structure_id: Option<Id>,
    side: Option<GivenOrReceived>,
    partner_id: Option<Id>,
    cooperation_id: Option<Id>,
    kind: Option<Kind>,
    state: Option<State>,
    category: Option<Name>,
    source_id: Option<Id>,
    from: Option<Day>,
    until: Option<Day>,
    limit: Option<PageSize>,
    cursor: Option<Cursor>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum GivenOrReceived {
    Given,
    Received,
}

impl ContributionQuery {
    fn filter(self) -> Filter {
        Filter {
            structure_id: self.structure_id,
            side: self.side.map(|side| match side {
                GivenOrReceived::Given => Side::Given,
                GivenOrReceived::Received => Side::Received,
            }),
            partner_id: self.partner_id,
            cooperation_id: self.cooperation_id,
            kind: self.kind,
            state: self.state,
            category: self.category,
            source_id: self.source_id,
            from: self.from,
            until: self.until,
        }
    }

    /// All that it finds, for one who takes it away: that is noted, and pages there are none.
    async fn lines(self, app: App, caller: Caller, headers: &HeaderMap) -> Result<(Lines, String), Error> {
        let refused = |name| Err(Error::Parameter(FieldError::new(name, Fault::NotAllowed)));
        match (&self.limit, &self.cursor) {
            (Some(_), _) => return refused("limit"),
            (_, Some(_)) => return refused("cursor"),
            _ => {}
        }
        let filter = self.filter();
        let about = About {
            structure_id: filter.structure_id,
            cooperation_id: filter.cooperation_id.filter(|_| filter.structure_id.is_none()),
            ..About::default()
        };
        let begun = Lines::new(app.clone(), caller, filter, frame::language(headers)).await?;
        audit::exported(&app, caller, about).await?;
        Ok(begun)
    }
}

/// `GET /v1/contributions.csv`, newest first.
pub async fn list_as_csv(
    Shared(app): Shared<App>,
    caller: Caller,
    Query(query): Query<ContributionQuery>,
    headers: HeaderMap,
) -> Result<Streamed, Error> {
    let (lines, head) = query.lines(app, caller, &headers).await?;
    let (document, dialect) = (lines.document(), Dialect::of(frame::language(&headers)));
    stream::as_csv(lines, &document, dialect, head).await
}

/// `GET /v1/contributions.xlsx`, newest first.
pub async fn list_as_workbook(
    Shared(app): Shared<App>,
    caller: Caller,
    Query(query): Query<ContributionQuery>,
    headers: HeaderMap,
) -> Result<Streamed, Error> {
    let (lines, head) = query.lines(app, caller, &headers).await?;
    let document = lines.document();
    stream::as_workbook(lines, &document, head).await
}

/// `GET /v1/contributions`, newest first.
pub async fn list(
    Shared(app): Shared<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<ContributionQuery>,
) -> Result<Reply, Error> {
    let before = Cursor::seq(query.cursor.as_ref())?;
    let size = query.limit.unwrap_or_default();
    let filter = query.filter();
    let found = app
        .see(caller, move |act| {
            super::require_scope(act, filter.structure_id, filter.cooperation_id)?;
            rows::list(act.db, &filter, before, size.items() + 1)
        })
        .await?;
    let views = found.into_iter().map(View::from).collect();
    Reply::page(&uri, views, size, |view: &View| view.seq.to_string())
}

/// `GET /v1/contributions/{id}`
pub async fn read(Shared(app): Shared<App>, caller: Caller, PathId(id): PathId) -> Result<Reply, Error> {
    let found = app.see(caller, move |act| detail(act, super::visible(act, id)?)).await?;
    Reply::ok(&found)
}

/// A word without a reason: a confirmation, an attestation, a withdrawal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainWish {
    structure_id: Option<Id>,
}

/// `POST /v1/contributions/{id}/confirm`
pub async fn confirm(app: Shared<App>, subject: PathId, command: Command<Create<PlainWish>>) -> Result<Reply, Error> {
    speak_plainly(app, subject, command, Deed::Confirm).await
}

/// `POST /v1/contributions/{id}/attest`
pub async fn attest(app: Shared<App>, subject: PathId, command: Command<Create<PlainWish>>) -> Result<Reply, Error> {
    speak_plainly(app, subject, command, Deed::Attest).await
}

/// `POST /v1/contributions/{id}/withdraw`
pub async fn withdraw(app: Shared<App>, subject: PathId, command: Command<Create<PlainWish>>) -> Result<Reply, Error> {
    speak_plainly(app, subject, command, Deed::Withdraw).await
}

async fn speak_plainly(
    Shared(app): Shared<App>,
    PathId(subject): PathId,
    command: Command<Create<PlainWish>>,
    deed: Deed,
) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    let word = Word { id, deed, structure_id: wish.structure_id, reason: None };
    app.act(command.caller, command.replay, move |act| Reply::ok(&detail(act, super::speak(act, subject, word)?)?))
        .await
}

/// An objection.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContestWish {
    reason: Note,
    structure_id: Option<Id>,
}

/// `POST /v1/contributions/{id}/contest`
pub async fn contest(
    Shared(app): Shared<App>,
    PathId(subject): PathId,
    command: Command<Create<ContestWish>>,
) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    let word = Word { id, deed: Deed::Contest, structure_id: wish.structure_id, reason: Some(wish.reason) };
    app.act(command.caller, command.replay, move |act| Reply::ok(&detail(act, super::speak(act, subject, word)?)?))
        .await
}

/// `POST /v1/contributions/{id}/correct`
pub async fn correct(
    Shared(app): Shared<App>,
    PathId(subject): PathId,
    command: Command<Create<CorrectionWish>>,
) -> Result<Reply, Error> {
    let Create { id, wish } = command.body;
    app.act(command.caller, command.replay, move |act| {
        let recorded = super::correct(act, subject, id, wish)?;
        let correction = recorded.line.id;
        Reply::created(format!("/v1/contributions/{correction}"), 0, &detail(act, recorded)?)
    })
    .await
}

/// `GET /v1/ledger/head`: whoever keeps it can tell later that nothing before it was rewritten.
pub async fn head(Shared(app): Shared<App>, caller: Caller) -> Result<Reply, Error> {
    let head = app
        .see(caller, |act| {
            act.require(Right::ReadHead, Whose::Instance)?;
            heads::head(act.db)
        })
        .await?;
    Reply::ok(&HeadView::from(head))
}

/// What is to be proven, and between which heads.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofQuery {
    contribution_id: Option<Id>,
    seq: Option<Place>,
    at: Option<Place>,
    from: Option<Place>,
}

/// `GET /v1/ledger/proof`
pub async fn prove(Shared(app): Shared<App>, caller: Caller, Query(query): Query<ProofQuery>) -> Result<Reply, Error> {
    let which = match (query.contribution_id, query.seq) {
        (Some(_), Some(_)) => return Err(Error::Parameter(FieldError::new("seq", Fault::NotAllowed))),
        (Some(id), None) => Some(Which::Contribution(id)),
        (None, seq) => seq.map(|place| Which::Place(place.seq())),
    };
    let place = |place: Option<Place>| place.map(Place::seq);
    let (at, from) = (place(query.at), place(query.from));
    let made = app.see(caller, move |act| proof::make(act, which, at, from)).await?;
    Reply::ok(&made)
}
