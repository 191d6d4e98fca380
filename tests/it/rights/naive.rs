//! What the table of rights comes to for a caller and a thing, worked out from the rows of the database by other means.

use std::collections::BTreeSet;

use navette::auth::rules::{Least, Right, Role, Rule, Scope};
use navette::id::Id;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};

/// Who asks, as the test knows them.
#[derive(Debug, Clone)]
pub struct Subject {
    /// In words.
    pub name: String,
    /// The account, of a program that of its maker.
    pub account: Id,
    /// What it sends as its token.
    pub token: String,
    /// Of a program: its structure or cooperation, and its scope.
    pub program: Option<(Id, Scope)>,
}

/// Whose things a request is about.
#[derive(Debug, Clone, Default)]
pub struct Things {
    /// Structures.
    pub structures: BTreeSet<Id>,
    /// Cooperations.
    pub cooperations: BTreeSet<Id>,
    /// Accounts.
    pub accounts: BTreeSet<Id>,
}

/// Columns that name another thing whose own structures count.
const THROUGH: [&str; 3] = ["equipment_id", "request_id", "person_id"];

impl Things {
    /// Adds what a row with this id, in whichever table, belongs to.
    pub fn add(&mut self, db: &Connection, id: Id) {
        let mut tables = db
            .prepare("select name from sqlite_schema where type = 'table' and sql like '%id %blob%' and name <> 'idempotency'")
            .unwrap();
        let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        for table in tables {
            let Ok(mut found) = db.prepare(&format!("select * from {table} where id = ?1")) else { continue };
            let columns: Vec<String> = found.column_names().map(str::to_owned).collect();
            let mut rows = found.query(params![id]).unwrap();
            if let Some(row) = rows.next().unwrap() {
                match table.as_str() {
                    "structure" => drop(self.structures.insert(id)),
                    "cooperation" => drop(self.cooperations.insert(id)),
                    "account" => drop(self.accounts.insert(id)),
                    _ => {}
                }
                for column in columns.iter().filter(|column| column.ends_with("_id")) {
                    if let ValueRef::Blob(_) = row.get_ref(column.as_str()).unwrap() {
                        self.add_named(db, column, row.get(column.as_str()).unwrap());
                    }
                }
            }
        }
    }

    /// Adds what the lines say that came from a loan, hours or a session.
    pub fn add_source(&mut self, db: &Connection, id: Id) {
        let mut lines =
            db.prepare("select giver_id, receiver_id, cooperation_id from ledger where source_id = ?1").unwrap();
        let mut rows = lines.query(params![id]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            self.structures.extend(row.get::<_, Option<Id>>(0).unwrap());
            self.structures.extend(row.get::<_, Option<Id>>(1).unwrap());
            self.cooperations.extend(row.get::<_, Option<Id>>(2).unwrap());
        }
    }

    fn add_named(&mut self, db: &Connection, column: &str, other: Id) {
        match column {
            "structure_id" | "lender_id" | "borrower_id" | "giver_id" | "receiver_id" => {
                self.structures.insert(other);
            }
            "account_id" => {
                self.accounts.insert(other);
            }
            "cooperation_id" => {
                self.cooperations.insert(other);
            }
            _ if THROUGH.contains(&column) => self.add(db, other),
            _ => {}
        }
    }
}

fn roles(db: &Connection, account: Id) -> Vec<(Id, Role)> {
    let mut rows =
        db.prepare("select structure_id, role from account_role where account_id = ?1 and archived = 0").unwrap();
    let rows = rows.query_map(params![account], |row| Ok((row.get(0)?, row.get::<_, String>(1)?))).unwrap();
    rows.map(Result::unwrap).map(|(structure, role)| (structure, role.parse().unwrap())).collect()
}

/// Present memberships: cooperation, structure, whether it facilitates.
fn memberships(db: &Connection, today: &str) -> Vec<(Id, Id, bool)> {
    let mut rows = db.prepare("select * from membership").unwrap();
    let rows = rows.query_map([], |row| {
        let (from, until): (String, Option<String>) = (row.get("starts_on")?, row.get("ends_on")?);
        let now = from.as_str() <= today && until.is_none_or(|until| today < until.as_str());
        let role: String = row.get("role")?;
        Ok((now, (row.get("cooperation_id")?, row.get("structure_id")?, role == "facilitator")))
    });
    rows.unwrap().map(Result::unwrap).filter(|(now, _)| *now).map(|(_, membership)| membership).collect()
}

fn is(db: &Connection, sql: &str, id: Id, account: Id) -> bool {
    db.prepare(sql).unwrap().exists(params![id, account]).unwrap()
}

/// True when the table gives the subject this right over one of these things.
pub fn may(db: &Connection, today: &str, subject: &Subject, right: Right, things: &Things) -> bool {
    let rule = right.rule();
    let owns =
        is(db, "select 1 from account where id = ?1 and owner = 1 and id = ?2", subject.account, subject.account);
    let mut held = roles(db, subject.account);
    if let Some((of, scope)) = subject.program {
        let Some(least) = rule.token else { return false };
        if scope < least {
            return false;
        }
        let Some(role) = scope.role() else {
            return rule.anyone || things.structures.contains(&of) || things.cooperations.contains(&of);
        };
        held = vec![(of, role)];
    }
    let person = subject.program.is_none();
    let enough = |least: Least, role: Role| least.is_some_and(|least| role >= least);
    if rule.anyone || rule.owner && owns && person || held.iter().any(|(_, role)| enough(rule.anywhere, *role)) {
        return true;
    }
    let present = memberships(db, today);
    if is_of_an_account(right, things) {
        return things.accounts.iter().any(|account| {
            let colleagues = roles(db, *account);
            let shared = |structure: Id| colleagues.iter().any(|(theirs, _)| *theirs == structure);
            rule.holder && *account == subject.account && person
                || person && held.iter().any(|(structure, role)| enough(rule.own, *role) && shared(*structure))
        });
    }
    things.structures.iter().any(|thing| over_structure(db, subject, &rule, &held, &present, *thing))
        || things.cooperations.iter().any(|thing| {
            held.iter().any(|(mine, role)| {
                present.iter().any(|(cooperation, structure, facilitates)| {
                    let here = cooperation == thing && structure == mine;
                    here && (enough(rule.neighbour, *role) || *facilitates && enough(rule.facilitator, *role))
                })
            })
        })
}

/// True for what is asked about an account.
fn is_of_an_account(right: Right, things: &Things) -> bool {
    match right {
        Right::ReadAccount
        | Right::ChangePassword
        | Right::ArchiveAccount
        | Right::EraseAccount
        | Right::MakeResetLink
        | Right::KeepSessions
        | Right::EndSessions => true,
        Right::ReadAudit => things.structures.is_empty() && things.cooperations.is_empty(),
        _ => false,
    }
}

type Membership = (Id, Id, bool);

fn over_structure(
    db: &Connection,
    subject: &Subject,
    rule: &Rule,
    held: &[(Id, Role)],
    present: &[Membership],
    thing: Id,
) -> bool {
    let enough = |least: Least, role: Role| least.is_some_and(|least| role >= least);
    let query = |sql: &str| is(db, sql, thing, subject.account);
    let vacant = !query(
        "select 1 from account_role where structure_id = ?1 and role = 'manager' and archived = 0 or ?2 is null",
    );
    let recorded = query("select 1 from structure where id = ?1 and created_by = ?2");
    let owns = query("select 1 from account where id = ?2 and owner = 1 and ?1 is not null");
    let meets = |mine: Id| {
        let shared =
            |cooperation: Id| present.iter().any(|(other, structure, _)| *other == cooperation && *structure == thing);
        present.iter().any(|(cooperation, structure, _)| *structure == mine && shared(*cooperation))
    };
    held.iter().any(|(structure, role)| *structure == thing && enough(rule.own, *role))
        || held.iter().any(|(structure, role)| enough(rule.neighbour, *role) && meets(*structure))
        || subject.program.is_none() && vacant && (rule.recorder && recorded || rule.steward && owns)
}
