//! What must be true after each step: who sees which line, and that every proof kept still leads to the head.

use navette::ledger::check::check;
use navette::ledger::rules::{Hash, hex};
use navette::ledger::tree;
use serde_json::json;

use super::{Model, whose};

impl Model {
    /// Who has a role at an end, or where the cooperation of a line is facilitated today.
    pub fn sees(&self, party: Option<usize>, line: usize) -> bool {
        let line = &self.lines[line];
        let facilitates = line.within && party == Some(self.facilitator);
        party.is_some() && (party == Some(line.giver) || party == line.receiver || facilitates)
    }

    /// Asserts who sees a line, and that what one structure knows of people is told to nobody else.
    pub async fn assert_seen(&self, at: usize) {
        let line = &self.lines[at];
        for (party, caller) in &self.callers {
            let answer = self.world.get(format!("/v1/contributions/{}", line.id)).by(caller).await;
            let proof = self.world.get(format!("/v1/ledger/proof?contribution_id={}", line.id)).by(caller).await;
            let right = if self.sees(*party, at) { 200 } else { 404 };
            assert_eq!((answer.status.as_u16(), proof.status.as_u16()), (right, right), "{party:?}: {answer}");
            for text in [answer.text(), proof.text()] {
                self.assert_discreet(*party, &text);
            }
            if right == 200 && !line.corrects {
                let read = answer.json();
                let person = line.person.map(|person| &self.people[person]);
                let person = person.filter(|person| *party == Some(person.of)).map(|person| &person.id);
                let note = line.note.as_ref().filter(|_| *party == Some(line.speaker));
                assert_eq!((&read["person_id"], &read["note"]), (&json!(person), &json!(note)), "{party:?}: {read}");
            }
        }
    }

    /// Asserts that each person is known to their own structure alone, until they are erased, and in lists as well.
    pub async fn assert_known(&self) {
        for (party, caller) in &self.callers {
            for person in &self.people {
                let answer = self.world.get(format!("/v1/people/{}", person.id)).by(caller).await;
                let right = if *party == Some(person.of) && !person.erased { 200 } else { 404 };
                assert_eq!(answer.status, right, "{party:?}: {answer}");
            }
            if let Some(own) = party {
                let path = format!("/v1/contributions?structure_id={}&limit=200", self.parties[*own].id);
                let list = self.world.get(path).by(caller).await;
                list.ok();
                self.assert_discreet(*party, &list.text());
            }
        }
    }

    fn assert_discreet(&self, party: Option<usize>, text: &str) {
        for person in self.people.iter().filter(|person| party != Some(person.of)) {
            assert!(!text.contains(&person.id), "{party:?} reads of {}: {text}", person.id);
        }
        for other in (0..4).filter(|other| party != Some(*other)) {
            for what in ["nom", "fiche", "note"] {
                assert!(!text.contains(&whose(what, other)), "{party:?} reads what {other} wrote: {text}");
            }
        }
    }

    /// Asserts that the ledger is whole, and that the last so many of the proofs kept lead to the present head.
    pub async fn assert_proven(&mut self, last: usize) {
        assert_eq!(self.world.faults().await, [] as [&str; 0]);
        let contents = self.world.app.store.read(|db| {
            let mut statement = db.prepare("select content from ledger order by seq")?;
            Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<Vec<u8>>, _>>()?)
        });
        let contents = contents.await.unwrap();
        let head = self.world.get("/v1/ledger/head").by(self.by(3)).await.ok();
        let (size, root) = (json!(contents.len()), json!(hex(&naive_root(&contents))));
        assert_eq!((&head["seq"], &head["root"]), (&size, &root));
        for proof in self.proofs.iter().rev().take(last) {
            let kept = format!("{}:{}", proof["head"]["seq"], proof["head"]["root"].as_str().unwrap());
            let kept = [kept.parse().unwrap()];
            let path = format!("/v1/ledger/proof?from={}", proof["head"]["seq"]);
            let since = self.world.get(path).by(self.by(3)).await.ok();
            assert_eq!(since["head"], head);
            for proof in [proof, &since] {
                let verdict = check(&proof.to_string(), &kept).unwrap();
                assert!(verdict.holds, "{verdict:#?}");
            }
        }
        if let Some(line) = self.lines.last() {
            let path = format!("/v1/ledger/proof?contribution_id={}", line.id);
            self.proofs.push(self.world.get(path).by(self.by(line.giver)).await.ok());
        }
    }
}

/// MTH of RFC 6962, 2.1, word for word.
fn naive_root(contents: &[Vec<u8>]) -> Hash {
    match contents {
        [] => tree::empty(),
        [only] => tree::leaf(only),
        _ => {
            let half = (1..contents.len()).filter(|size| size.is_power_of_two()).max().unwrap();
            tree::parent(&naive_root(&contents[..half]), &naive_root(&contents[half..]))
        }
    }
}
