//! HTTP: the route table on one page, and what all routes share.

pub mod address;
pub(crate) mod bearer;
pub mod cors;
pub mod door;
pub mod extract;
pub mod faults;
pub mod form;
pub mod frame;
pub mod json;
pub mod limits;
mod message;
pub mod problem;
pub mod rates;
pub mod replay;
pub mod reply;
pub mod serve;
pub mod words;

use axum::Router;
use axum::http::Method;
use axum::routing::{MethodRouter, get, patch, post};
use serde::Deserialize;

use crate::error::Error;
use crate::{
    App, accounts, audit, auth, calendar, cooperation, desk, equipment, fec, feed, grid, health, hours, import, inbox,
    indicator, invitation, ledger, loan, paper, person, picture, privacy, program, proposal, publication, session,
    skill, statement, structure, summary, valueflows, volunteer, web, webhook,
};

/// One operation of the API.
pub type Operation = (Method, &'static str, MethodRouter<App>);

/// Every operation there is: method, path, handler.
#[must_use]
#[expect(clippy::too_many_lines, reason = "the route table is one page by its nature")]
pub fn table() -> Vec<Operation> {
    let read = |path, handler| (Method::GET, path, handler);
    let send = |path, handler| (Method::POST, path, handler);
    let change = |path, handler| (Method::PATCH, path, handler);
    vec![
        send("/v1/setup", post(session::entry::set_up)),
        send("/v1/auth/login", post(session::entry::log_in)),
        send("/v1/auth/refresh", post(session::entry::refresh)),
        send("/v1/auth/logout", post(session::entry::log_out)),
        send("/v1/auth/reset", post(session::reset::reset)),
        send("/v1/accounts/{id}/reset-link", post(session::reset::make_link)),
        read("/v1/second-factor", get(session::factor::read)),
        send("/v1/second-factor", post(session::factor::begin)),
        send("/v1/second-factor/confirm", post(session::factor::confirm)),
        send("/v1/second-factor/remove", post(session::factor::remove)),
        read("/v1/sessions", get(session::routes::list)),
        send("/v1/sessions/{id}/end", post(session::routes::end)),
        send("/v1/sessions/end-others", post(session::routes::end_others)),
        send("/v1/accounts/{id}/end-sessions", post(session::routes::end_all)),
        send("/v1/signing-keys", post(session::routes::rotate_key)),
        send("/v1/accounts", post(auth::routes::create_account)),
        read("/v1/accounts", get(auth::routes::list_accounts)),
        read("/v1/accounts/me", get(auth::routes::read_own_account)),
        read("/v1/accounts/{id}", get(auth::routes::read_account)),
        change("/v1/accounts/{id}", patch(auth::routes::change_account)),
        send("/v1/roles", post(auth::routes::create_role)),
        read("/v1/roles", get(auth::routes::list_roles)),
        read("/v1/roles/{id}", get(auth::routes::read_role)),
        change("/v1/roles/{id}", patch(auth::routes::change_role)),
        send("/v1/service-tokens", post(program::routes::create)),
        read("/v1/service-tokens", get(program::routes::list)),
        read("/v1/service-tokens/{id}", get(program::routes::read)),
        change("/v1/service-tokens/{id}", patch(program::routes::change)),
        send("/v1/roles/{id}/hand-over", post(auth::hand_over::hand_over_role)),
        send("/v1/invitations", post(invitation::routes::create)),
        read("/v1/invitations", get(invitation::routes::list)),
        send("/v1/invitations/read", post(invitation::routes::read_by_secret)),
        send("/v1/invitations/accept", post(invitation::routes::accept)),
        send("/v1/invitations/join", post(invitation::routes::join)),
        read("/v1/invitations/{id}", get(invitation::routes::read)),
        change("/v1/invitations/{id}", patch(invitation::routes::change)),
        send("/v1/structures", post(structure::routes::create)),
        read("/v1/structures", get(structure::routes::list)),
        read("/v1/structures/{id}", get(structure::routes::read)),
        change("/v1/structures/{id}", patch(structure::routes::change)),
        read("/v1/structures/{id}/valueflows", get(valueflows::routes::of_structure)),
        read("/v1/structures/{id}/summaries/{period}", get(summary::routes::of_structure)),
        read("/v1/structures/{id}/pictures", get(picture::routes::page_of_structure)),
        read("/v1/structures/{id}/pictures/{picture}", get(picture::routes::of_structure)),
        read("/v1/structures/{id}/labels", get(paper::routes::labels_of_structure)),
        read("/v1/structures/{id}/insured", get(paper::routes::insured_of_structure)),
        read("/v1/structures/{id}/insured.csv", get(paper::routes::insured_as_csv)),
        read("/v1/structures/{id}/loans-given-and-received/{year}", get(accounts::routes::loans)),
        read("/v1/structures/{id}/accounts/{year}/{paper}", get(accounts::routes::paper)),
        read("/v1/structures/{id}/aid/{year}", get(accounts::routes::aid)),
        send("/v1/structures/{id}/budgets/{year}", post(accounts::routes::plan)),
        read("/v1/structures/{id}/budgets/{year}", get(accounts::routes::planned)),
        change("/v1/structures/{id}/budgets/{year}", patch(accounts::routes::replan)),
        send("/v1/structures/{id}/fec-exports", post(fec::routes::create)),
        read("/v1/structures/{id}/fec-exports", get(fec::routes::list)),
        read("/v1/fec-exports/{id}", get(fec::routes::read)),
        read("/v1/fec-exports/{id}/file", get(fec::routes::file)),
        send("/v1/fec-exports/{id}/reversal", post(fec::routes::reverse)),
        send("/v1/people", post(person::routes::create)),
        read("/v1/people", get(person::routes::list)),
        read("/v1/people/{id}", get(person::routes::read)),
        change("/v1/people/{id}", patch(person::routes::change)),
        read("/v1/people/{id}/record", get(privacy::routes::read_record)),
        read("/v1/people/{id}/traces", get(privacy::routes::list_traces)),
        send("/v1/people/{id}/consents", post(privacy::routes::set_consent)),
        send("/v1/people/{id}/link", post(privacy::routes::make_link)),
        send("/v1/accounts/{id}/erase", post(privacy::routes::erase_account)),
        send("/v1/people/{id}/erase", post(privacy::routes::erase_person)),
        send("/v1/contributions/{id}/erase-note", post(privacy::routes::erase_note)),
        send("/v1/loans/{id}/erase-notes", post(privacy::routes::erase_notes_of_loan)),
        read("/v1/structures/{id}/retention", get(privacy::routes::read_retention)),
        change("/v1/structures/{id}/retention", patch(privacy::routes::change_retention)),
        send("/v1/me/record", post(privacy::routes::read_own)),
        send("/v1/me/correct", post(privacy::routes::correct_own)),
        send("/v1/me/erase", post(privacy::routes::erase_own)),
        send("/v1/me/hours", post(volunteer::routes::own_hours)),
        send("/v1/me/timesheet", post(volunteer::routes::own_timesheet)),
        send("/v1/me/attestations", post(volunteer::routes::attest_own)),
        read("/v1/people/{id}/timesheets/{year}", get(volunteer::routes::timesheet_of_person)),
        send("/v1/people/{id}/attestations", post(volunteer::routes::attest)),
        read("/v1/people/{id}/attestations", get(volunteer::routes::list)),
        read("/v1/attestations/{id}", get(volunteer::routes::read)),
        change("/v1/attestations/{id}", patch(volunteer::routes::change)),
        send("/v1/attestations/check", post(volunteer::routes::check)),
        read("/attestations", get(web::attestation_page)),
        read("/attestations.js", get(web::attestation_script)),
        read("/me", get(web::own_page)),
        read("/me.js", get(web::own_script)),
        send("/v1/cooperations", post(cooperation::routes::create)),
        read("/v1/cooperations", get(cooperation::routes::list)),
        read("/v1/cooperations/{id}", get(cooperation::routes::read)),
        change("/v1/cooperations/{id}", patch(cooperation::routes::change)),
        read("/v1/cooperations/{id}/data-package.zip", get(publication::routes::of_cooperation)),
        read("/v1/cooperations/{id}/valueflows", get(valueflows::routes::of_cooperation)),
        read("/v1/cooperations/{id}/summaries/{period}", get(summary::routes::of_cooperation)),
        read("/v1/cooperations/{id}/diagnosis", get(indicator::routes::of_one)),
        read("/v1/cooperations/{id}/diagnosis.csv", get(indicator::routes::of_one_as_csv)),
        read("/v1/diagnosis", get(indicator::routes::of_several)),
        read("/v1/diagnosis.csv", get(indicator::routes::of_several_as_csv)),
        read("/v1/cooperations/{id}/pictures", get(picture::routes::page_of_cooperation)),
        read("/v1/cooperations/{id}/pictures/{picture}", get(picture::routes::of_cooperation)),
        send("/v1/memberships", post(proposal::routes::create_membership)),
        read("/v1/memberships", get(cooperation::routes::list_memberships)),
        read("/v1/memberships/{id}", get(cooperation::routes::read_membership)),
        change("/v1/memberships/{id}", patch(cooperation::routes::change_membership)),
        send("/v1/memberships/{id}/publication", post(cooperation::routes::choose_publication)),
        send("/v1/memberships/{id}/hand-over", post(proposal::routes::hand_over)),
        read("/v1/proposals", get(proposal::routes::list)),
        read("/v1/proposals/{id}", get(proposal::routes::read)),
        send("/v1/proposals/{id}/events", post(proposal::routes::record_event)),
        send("/v1/equipment", post(equipment::routes::create)),
        read("/v1/equipment", get(equipment::routes::list)),
        read("/v1/equipment/{id}", get(equipment::routes::read)),
        change("/v1/equipment/{id}", patch(equipment::routes::change)),
        send("/v1/closures", post(calendar::routes::create)),
        read("/v1/closures", get(calendar::routes::list)),
        read("/v1/closures/{id}", get(calendar::routes::read)),
        change("/v1/closures/{id}", patch(calendar::routes::change)),
        read("/v1/availability", get(calendar::routes::availability)),
        send("/v1/loans", post(loan::routes::create)),
        read("/v1/loans", get(loan::routes::list)),
        read("/v1/loans/{id}", get(loan::routes::read)),
        send("/v1/loans/{id}/events", post(loan::routes::record_event)),
        read("/v1/loans/{id}/agreement", get(paper::routes::agreement_of_loan)),
        read("/v1/loans/{id}/sheet", get(paper::routes::sheet_of_loan)),
        send("/v1/loan-requests", post(loan::request::create)),
        read("/v1/loan-requests/{id}", get(loan::request::read)),
        send("/v1/loan-requests/{id}/events", post(loan::request::record_event)),
        read("/v1/loan-requests/{id}/agreement", get(paper::routes::agreement_of_request)),
        read("/v1/loan-requests/{id}/sheet", get(paper::routes::sheet_of_request)),
        read("/v1/desk", get(desk::routes::read)),
        read("/v1/messages", get(desk::routes::list_messages)),
        send("/v1/webhooks", post(webhook::routes::create)),
        read("/v1/webhooks", get(webhook::routes::list)),
        read("/v1/webhooks/{id}", get(webhook::routes::read)),
        change("/v1/webhooks/{id}", patch(webhook::routes::change)),
        send("/v1/feeds", post(feed::routes::create)),
        read("/v1/feeds", get(feed::routes::list)),
        read("/v1/feeds/{id}", get(feed::routes::read)),
        change("/v1/feeds/{id}", patch(feed::routes::change)),
        read("/feeds/{secret}", get(feed::routes::subscribe)),
        send("/v1/hours", post(hours::routes::create)),
        read("/v1/hours", get(hours::routes::list)),
        read("/v1/hours/{id}", get(hours::routes::read)),
        send("/v1/skills", post(skill::routes::create_skill)),
        read("/v1/skills", get(skill::routes::list_skills)),
        read("/v1/skills/{id}", get(skill::routes::read_skill)),
        change("/v1/skills/{id}", patch(skill::routes::change_skill)),
        send("/v1/needs", post(skill::routes::create_need)),
        read("/v1/needs", get(skill::routes::list_needs)),
        read("/v1/needs/{id}", get(skill::routes::read_need)),
        change("/v1/needs/{id}", patch(skill::routes::change_need)),
        send("/v1/skill-sessions", post(skill::routes::create_session)),
        read("/v1/skill-sessions", get(skill::routes::list_sessions)),
        read("/v1/skill-sessions/{id}", get(skill::routes::read_session)),
        send("/v1/grids", post(grid::routes::create)),
        read("/v1/grids", get(grid::routes::list)),
        read("/v1/grids/{id}", get(grid::routes::read)),
        change("/v1/grids/{id}", patch(grid::routes::change)),
        send("/v1/grids/{id}/approve", post(grid::routes::approve)),
        read("/v1/grids/{id}/value", get(grid::routes::value)),
        read("/v1/smic", get(grid::routes::smic)),
        send("/v1/structures/{id}/statements", post(statement::routes::close_of_structure)),
        read("/v1/structures/{id}/statements", get(statement::routes::list_of_structure)),
        send("/v1/cooperations/{id}/statements", post(statement::routes::close_of_cooperation)),
        read("/v1/cooperations/{id}/statements", get(statement::routes::list_of_cooperation)),
        read("/v1/statements/{id}", get(statement::routes::read)),
        read("/v1/statements/{id}/document", get(statement::routes::document)),
        read("/v1/statements/{id}/verification", get(statement::routes::verification)),
        read("/v1/contributions", get(ledger::routes::list)),
        read("/v1/contributions.csv", get(ledger::routes::list_as_csv)),
        read("/v1/contributions.xlsx", get(ledger::routes::list_as_workbook)),
        read("/v1/contributions/{id}", get(ledger::routes::read)),
        send("/v1/contributions/{id}/confirm", post(ledger::routes::confirm)),
        send("/v1/contributions/{id}/contest", post(ledger::routes::contest)),
        send("/v1/contributions/{id}/correct", post(ledger::routes::correct)),
        send("/v1/contributions/{id}/attest", post(ledger::routes::attest)),
        send("/v1/contributions/{id}/withdraw", post(ledger::routes::withdraw)),
        read("/v1/audit", get(audit::routes::list)),
        read("/v1/inbox", get(inbox::routes::read)),
        send("/v1/inbox/confirm", post(inbox::routes::confirm)),
        read("/v1/ledger/head", get(ledger::routes::head)),
        read("/v1/ledger/proof", get(ledger::routes::prove)),
        send("/v1/imports", post(import::routes::create)),
        read("/healthz", get(web::health)),
        read("/readyz", get(health::routes::ready)),
        read("/metrics", get(health::routes::metrics)),
        read("/openapi.yaml", get(web::contract)),
        read("/problems/{slug}", get(web::problem)),
        read("/setup", get(web::set_up_page)),
        read("/reset", get(web::reset_page)),
        read("/setup.js", get(web::set_up_script)),
        read("/setup.css", get(web::set_up_style)),
        read("/invitation", get(web::invitation_page)),
        read("/invitation.js", get(web::invitation_script)),
        read("/paper.css", get(paper::routes::style)),
    ]
}

/// The whole service.
pub fn router(app: App) -> Router {
    let routes = table().into_iter().fold(Router::new(), |router, (_, path, handler)| router.route(path, handler));
    routes
        .fallback(async || Error::NotFound)
        .method_not_allowed_fallback(async || Error::Method)
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(frame::panicked))
        .layer(axum::middleware::from_fn_with_state(app.clone(), frame::frame))
        .with_state(app)
}

/// Whether a list holds what is in use or what is archived.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listed {
    /// Only what is archived.
    True,
    /// Only what is in use.
    #[default]
    False,
}

impl Listed {
    /// The value of the column `archived` that is wanted.
    #[must_use]
    pub fn wanted(self) -> bool {
        matches!(self, Self::True)
    }
}

/// A list without filters of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// What is in use, or what is archived.
    pub archived: Option<Listed>,
    /// Items of a page.
    pub limit: Option<limits::PageSize>,
    /// Where the page begins.
    pub cursor: Option<reply::Cursor>,
}
