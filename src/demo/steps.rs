//! What the demo records and rehearses, as data: each step is sent and printed from the same words.

use axum::http::Method;
use serde_json::{Value, json};

use crate::clock::Day;
use crate::id::Id;

/// The login of the demo's account.
pub const LOGIN: &str = "demo";
/// How long ago the rehearsed things took place: long enough to be past everywhere on earth.
pub const SECONDS_AGO: i64 = 3 * 86_400;
/// The first day of the sample's cooperation. Fixed, so that a later start sends the same requests.
const FOUNDED_ON: &str = "2024-01-01";

/// One request.
pub struct Step {
    /// What it does, in one line without quotes, so that it pastes as a comment into any shell.
    pub says: &'static str,
    /// Where it goes.
    pub path: String,
    /// What it sends; nothing when it reads.
    body: Option<Value>,
    /// The id of what it creates, which makes it harmless to send again. Not printed: each paste of
    /// the printed line is to record another one.
    id: Option<Id>,
}

impl Step {
    fn create(says: &'static str, path: &str, id: Id, body: Value) -> Self {
        Self { says, path: path.to_owned(), body: Some(body), id: Some(id) }
    }

    fn read(says: &'static str, path: String) -> Self {
        Self { says, path, body: None, id: None }
    }

    /// Logging in.
    pub fn log_in(password: &str) -> Self {
        Self {
            says: "Log in, and keep the access token in a shell variable, after 15 minutes paste this line again",
            path: "/v1/auth/login".to_owned(),
            body: Some(json!({ "login": LOGIN, "password": password })),
            id: None,
        }
    }

    /// Its method.
    pub fn method(&self) -> Method {
        if self.body.is_some() { Method::POST } else { Method::GET }
    }

    /// What is sent in the rehearsal.
    pub fn body_with_id(&self) -> Option<Value> {
        let mut body = self.body.clone()?;
        if let Some(id) = self.id {
            body["id"] = json!(id);
        }
        Some(body)
    }

    /// The line to paste; it needs `$TOKEN`, and prints the answer and its status.
    pub fn line(&self, address: &str) -> String {
        let path = &self.path;
        let data = self.data();
        format!(r#"curl -sS -w '\n%{{http_code}}\n' '{address}{path}' -H "Authorization: Bearer $TOKEN"{data}"#)
    }

    /// The line that sets `$TOKEN`, with no other tool than sed.
    pub fn log_in_line(&self, address: &str) -> String {
        let path = &self.path;
        let data = self.data();
        format!(r#"TOKEN=$(curl -sS '{address}{path}'{data} | sed 's/.*"access_token":"\([^"]*\)".*/\1/')"#)
    }

    fn data(&self) -> String {
        let Some(body) = &self.body else { return String::new() };
        // Inside single quotes a shell leaves everything as it is but the single quote itself.
        let json = body.to_string().replace('\'', "\\u0027");
        format!(" -H 'Content-Type: application/json' -d '{json}'")
    }
}

/// The invented structures and what they have, under ids that are the same at every start.
pub struct Sample {
    /// The account that manages all of them.
    pub account: Id,
    committee: Id,
    commune: Id,
    cuma: Id,
    cooperation: Id,
    chairs: Id,
    skill: Id,
    /// The day on which everything rehearsed took place.
    day: Day,
}

impl Sample {
    /// The sample, with its rehearsal on this day.
    pub fn on(day: Day) -> Self {
        let id = |name| Id::of(&["demo", name]);
        Self {
            account: id("account"),
            committee: id("committee"),
            commune: id("commune"),
            cuma: id("cuma"),
            cooperation: id("cooperation"),
            chairs: id("chairs"),
            skill: id("skill"),
            day,
        }
    }

    /// What must be there before anything can be lent, in order.
    pub fn records(&self) -> Vec<Step> {
        let mut steps = self.structures();
        steps.extend(self.shared());
        steps.extend(self.offers());
        steps
    }

    fn structures(&self) -> Vec<Step> {
        let structures = [
            ("Comité des fêtes de Valcourbe", "association", self.committee),
            ("Valcourbe", "commune", self.commune),
            ("CUMA des Trois Vallons", "cuma", self.cuma),
        ];
        let mut steps = Vec::new();
        for (name, kind, id) in structures {
            let body = json!({ "name": name, "kind": kind });
            steps.push(Step::create("Record a structure", "/v1/structures", id, body));
            let role = json!({ "account_id": self.account, "structure_id": id, "role": "manager" });
            steps.push(Step::create("Give a role", "/v1/roles", Id::of(&["demo", "role", kind]), role));
        }
        steps
    }

    fn shared(&self) -> Vec<Step> {
        let cooperation = json!({
            "name": "Outils partagés de Valcourbe",
            "intention": "Se prêter le matériel et se transmettre les savoir-faire, pour que chaque fête et chaque \
                          chantier du pays puisse se tenir.",
            "territory": "Vallée de Valcourbe", "starts_on": FOUNDED_ON, "founder_id": self.committee,
        });
        let mut steps = vec![Step::create("Found a cooperation", "/v1/cooperations", self.cooperation, cooperation)];
        for (name, structure) in [("commune", self.commune), ("cuma", self.cuma)] {
            let body = json!({
                "cooperation_id": self.cooperation, "structure_id": structure, "role": "member", "starts_on": FOUNDED_ON,
            });
            steps.push(Step::create("Join it", "/v1/memberships", Id::of(&["demo", "membership", name]), body));
        }
        steps
    }

    fn offers(&self) -> Vec<Step> {
        let marquee = json!({
            "structure_id": self.committee, "name": "Chapiteau 8 × 12 m", "category": "Chapiteaux",
            "place": "Hangar communal", "note": "Se monte à six en deux heures.",
        });
        let chairs = json!({
            "structure_id": self.committee, "name": "Chaises pliantes", "category": "Mobilier",
            "tracking": "pool", "quantity": 400,
        });
        let skill = json!({
            "structure_id": self.cuma, "name": "Affûtage de lames",
            "description": "Faux, couteaux de faucheuse et chaînes de tronçonneuse.",
        });
        vec![
            Step::create("Record a marquee", "/v1/equipment", Id::of(&["demo", "marquee"]), marquee),
            Step::create("Record chairs", "/v1/equipment", self.chairs, chairs),
            Step::create("Offer a skill", "/v1/skills", self.skill, skill),
        ]
    }

    /// What is shown: a loan, hours, a session, and the summary of the year.
    pub fn rehearsal(&self) -> Vec<Step> {
        // One of each a day: a second start on the same day finds them recorded.
        let id = |name| Id::of(&["demo", name, &self.day.to_string()]);
        let (committee, year) = (self.committee, self.day.year());
        let summary = |extension| format!("/v1/structures/{committee}/summaries/{year}.{extension}");
        vec![
            Step::create("Record a loan after the event: two chairs, two days", "/v1/loans", id("loan"), self.loan()),
            Step::create("Record hours: three volunteers, three hours each", "/v1/hours", id("hours"), self.hours()),
            Step::create("Record a skill passed on to six", "/v1/skill-sessions", id("session"), self.session()),
            Step::read("Read what the association gave and received in that year, as JSON", summary("json")),
            Step::read("The same as CSV, for a spreadsheet", summary("csv")),
        ]
    }

    /// Chairs, and few of them: the line can be pasted a hundred times before the pool is empty.
    fn loan(&self) -> Value {
        json!({
            "equipment_id": self.chairs, "borrower_id": self.commune, "cooperation_id": self.cooperation, "quantity": 2,
            "from": self.day, "until": self.day.next().next(), "recorded_afterwards": true, "note": "Repas de quartier",
        })
    }

    fn hours(&self) -> Value {
        json!({
            "receiver_id": self.committee, "cooperation_id": self.cooperation, "head_count": 3, "day": self.day,
            "minutes": 540, "activity": "Montage du chapiteau",
        })
    }

    fn session(&self) -> Value {
        json!({
            "giver_id": self.cuma, "cooperation_id": self.cooperation, "skill_id": self.skill, "day": self.day,
            "minutes": 90, "receivers": [
                { "structure_id": self.committee, "participants": 2 },
                { "structure_id": self.commune, "participants": 4 },
            ],
        })
    }
}
