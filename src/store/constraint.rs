//! What SQLite refuses, by the name of the constraint, as one of our own errors.

use rusqlite::ErrorCode;

use crate::error::{Error, Fault};

/// What SQLite names when a fact that may be said once is said twice, and the field that said it.
const ONCE: &[(&str, &str)] = &[
    ("structure.siret", "/siret"),
    ("structure.siren", "/siren"),
    ("structure.rna", "/rna"),
    ("account.login", "/login"),
    ("account_role.account_id, account_role.structure_id", "/structure_id"),
    ("membership_once", "/structure_id"),
    ("proposal.cooperation_id, proposal.structure_id", "/structure_id"),
    ("webhook.structure_id", "/structure_id"),
    ("budget.structure_id, budget.year", "/year"),
];

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => refusal(&error.to_string()),
            Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::OperationInterrupted) => Self::Busy,
            _ if matches!(error, rusqlite::Error::QueryReturnedNoRows) => Self::NotFound,
            _ => Self::Internal(error.to_string()),
        }
    }
}

fn refusal(message: &str) -> Error {
    if ["hold_overlap", "loan_overlap", "keeps_promises"].iter().any(|name| message.contains(name)) {
        return Error::InUse(None);
    }
    if message.contains("loan_days_in_order") {
        return Fault::Order.at("/until");
    }
    if let Some((_, field)) = ONCE.iter().find(|(name, _)| message.contains(name)) {
        return Error::Duplicate((*field).to_owned());
    }
    let once = message.strip_prefix("UNIQUE constraint failed: ").and_then(|column| column.split_once('.'));
    if once.is_some_and(|(_, name)| name == "id") || message.contains("ledger_id_once") {
        return Error::IdTaken;
    }
    // Everything else was judged before it was written: reaching the schema is a fault of ours.
    Error::Internal(message.to_owned())
}
