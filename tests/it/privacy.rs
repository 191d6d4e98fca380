//! What people may ask of what is kept about them, and what is erased by itself.

mod accounts;
mod erasing;
mod keeping;
mod seeing;
mod sequences;

use navette::person;
use serde_json::{Value, json};

use crate::world::{Party, TODAY, Village, World};

/// A volunteer with everything that may be kept about one: a note, a contact, hours, a session, a skill, a link.
pub struct Volunteer {
    /// The person.
    pub id: String,
    /// The contribution of their hours.
    pub line: String,
    /// The secret of their link.
    pub token: String,
    /// Every text that tells who they are.
    pub texts: Vec<String>,
}

impl World {
    /// A volunteer of this structure, known by this name, of whom much was written.
    pub async fn volunteer(&self, of: &Party, village: &Village, name: &str) -> Volunteer {
        let by = &of.manager;
        let text = |what: &str| format!("{what} de {name}");
        let texts = ["contact", "note", "heures", "correction", "objection", "séance"].map(text);
        let [contact, note, hours, correction, objection, session] = texts.clone();
        let wish = json!({ "structure_id": of.id, "name": name, "contact": contact, "note": note });
        let id =
            self.post("/v1/people", &wish).by(by).key(&format!("key-{}", wish.to_string().len())).await.created_id();
        let wish = json!({ "giver_id": of.id, "receiver_id": village.commune.id, "person_id": id, "day": TODAY,
                           "minutes": 90, "activity": "Fauche", "note": hours, "cooperation_id": village.cooperation });
        let recorded = self.post("/v1/hours", &wish).by(by).key(&format!("h-{id}")).await.created();
        let line = recorded["contribution_id"].as_str().unwrap().to_owned();
        let contest = json!({ "reason": objection });
        self.word(&line, "contest", &contest).by(&village.commune.manager).key(&format!("c-{id}")).await.ok();
        let correct = json!({ "minutes": 60, "reason": correction });
        self.word(&line, "correct", &correct).by(by).key(&format!("k-{id}")).await.created();
        let skill = json!({ "structure_id": of.id, "name": "Greffe", "person_id": id });
        self.post("/v1/skills", &skill).by(by).await.created();
        let wish = json!({ "giver_id": of.id, "skill": "Greffe", "person_id": id, "day": TODAY, "minutes": 60,
                           "note": session, "receivers": [{ "structure_id": village.commune.id, "participants": 3 },
                                                          { "structure_id": village.cuma.id, "participants": 2 }] });
        self.post("/v1/skill-sessions", &wish).by(by).key(&format!("s-{id}")).await.created();
        let token = self.link_of(&id, of).await;
        Volunteer { id, line, token, texts: texts.into_iter().chain([name.to_owned()]).collect() }
    }

    /// The secret of a new link of this person.
    pub async fn link_of(&self, person: &str, of: &Party) -> String {
        let link = self.post(format!("/v1/people/{person}/link"), &json!({})).by(&of.manager).await.ok();
        link["address"].as_str().unwrap().strip_prefix("/me#token=").unwrap().to_owned()
    }

    /// Erases a person, as a manager of their structure.
    pub async fn erase(&self, person: &str, of: &Party) {
        let sure = json!({ "confirm": true });
        self.post(format!("/v1/people/{person}/erase"), &sure).by(&of.manager).await.nothing();
    }

    /// All that a verification can tell, and all totals, of the ledger.
    pub async fn facts(&self) -> (Vec<String>, Vec<String>, Vec<String>, Vec<String>) {
        let contents = self.contents().await;
        let of = |table: &str| contents[table].clone();
        (self.faults().await, of("ledger"), of("tally"), of("standing"))
    }

    /// The texts that stand anywhere in the files of the database, as bytes.
    pub fn found_in_files(&self, texts: &[String]) -> Vec<String> {
        let mut found = Vec::new();
        for end in ["", "-wal", "-shm"] {
            let mut path = self.file().into_os_string();
            path.push(end);
            let bytes = std::fs::read(&path).unwrap_or_default();
            for text in texts {
                if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
                    found.push(format!("{text} in {}", path.to_string_lossy()));
                }
            }
        }
        found
    }

    /// Erases what has outlived its time, as the server does at night, and rewrites the file.
    pub async fn night(&self) -> navette::privacy::purge::Purged {
        let purged = self.app.store.write(navette::privacy::purge::purge).await.unwrap();
        navette::privacy::purge::rewrite(&self.app).await.unwrap();
        purged
    }

    /// The names of the people of a structure, sorted; read from the file, for after a long time nobody is logged in.
    pub async fn names(&self, of: &Party) -> Vec<String> {
        let structure = navette::id::Id::parse(&of.id).unwrap();
        let people = self.app.store.read(move |db| person::rows::list(db, structure, None, false, None, 200)).await;
        let mut names: Vec<String> = people.unwrap().into_iter().map(|person| person.facts.name.into()).collect();
        names.sort();
        names
    }
}

/// The identity in a record.
fn name_in(record: &Value) -> &str {
    record["person"]["name"].as_str().unwrap()
}

#[tokio::test]
async fn a_person_of_whom_nothing_is_asked_but_a_name_is_known_by_nothing_else() {
    let world = World::new().await;
    let village = world.village().await;
    let id = world.person(&village.commune, "Ginette").await;
    let person = world.get(format!("/v1/people/{id}")).by(&village.commune.manager).await.ok();
    let facts = person::rules::Facts::named(
        navette::id::Id::parse(&village.commune.id).unwrap(),
        navette::text::Name::parse("Ginette").unwrap(),
    );
    for (name, value) in serde_json::to_value(facts).unwrap().as_object().unwrap() {
        assert_eq!(&person[name], value, "{name}");
    }
    assert_eq!(person["consents"], json!([]));
}
