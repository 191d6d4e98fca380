//! Checks a proof by itself, without any database, and says in words what it proves and what not. Pure.

use super::content;
use super::heads::Kept;
use super::proof::{HeadView, Proof, Proven};
use super::rules::Hash;
use super::tree;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// True when everything that the proof claims holds, and every head that was given is in it.
    pub holds: bool,
    /// What is proven, what is not, and what does not hold, in words.
    pub told: Vec<String>,
}

impl Verdict {
    fn tell(&mut self, words: impl Into<String>) {
        self.told.push(words.into());
    }

    fn refuse(&mut self, words: &str) {
        self.holds = false;
        self.told.push(format!("Does not hold: {words}"));
    }
}

/// Checks a proof against itself and against heads that were kept elsewhere.
///
/// # Errors
/// When the text is no proof: why, in words.
pub fn check(text: &str, kept: &[Kept]) -> Result<Verdict, String> {
    let proof: Proof = serde_json::from_str(text).map_err(|error| format!("this is no proof: {error}"))?;
    let head = Tree::read(&proof.head)?;
    let from = proof.from.as_ref().map(Tree::read).transpose()?;
    let mut verdict = Verdict { holds: true, told: Vec::new() };
    if proof.line.is_none() && from.is_none() {
        verdict.refuse("it claims nothing");
    }
    if let Some(line) = &proof.line {
        check_line(line, &head, &mut verdict)?;
    }
    if let Some(from) = &from {
        check_consistency(&proof, from, &head, &mut verdict)?;
    }
    let in_both = |line: &Proven| from.as_ref().is_some_and(|from| line.seq.unsigned_abs() <= from.seq);
    if verdict.holds && proof.line.as_ref().is_some_and(in_both) {
        verdict.tell("Proven: the line was there already when the earlier head was the last, and is the same now.");
    }
    check_kept(kept, &head, from.as_ref(), &mut verdict);
    if verdict.holds && proof.line.is_some() {
        verdict.tell(
            "Not proven: that what the line says happened (only its parties know), and that no later line corrects it.",
        );
    }
    Ok(verdict)
}

/// Place and root of a head, read from its text.
struct Tree {
    seq: u64,
    root: Hash,
}

impl Tree {
    fn read(view: &HeadView) -> Result<Self, String> {
        let seq =
            u64::try_from(view.seq).map_err(|_| format!("this is no proof: no head has the place {}", view.seq))?;
        Ok(Self { seq, root: hash(&view.root)? })
    }
}

fn check_line(line: &Proven, head: &Tree, verdict: &mut Verdict) -> Result<(), String> {
    let bytes = bytes(&line.content)?;
    let path = hashes(&line.path)?;
    let place = u64::try_from(line.seq).unwrap_or(0);
    if !tree::includes(&head.root, head.seq, place, tree::leaf(&bytes), &path) {
        verdict.refuse(&format!(
            "the path does not lead from this line at place {place} to the root of head {}.",
            head.seq
        ));
        return Ok(());
    }
    match content::read(&bytes) {
        Some(told) if told.seq != line.seq => {
            verdict.refuse(&format!("the line stands at place {place} but says of itself that it is {}.", told.seq));
        }
        Some(told) => {
            verdict.tell("The line says:");
            for (name, value) in told.fields {
                verdict.tell(format!("  {name:<14}{value}"));
            }
            verdict.tell(format!("Proven: exactly this line stands at place {place} of the {} of the head.", head.seq));
        }
        None => verdict.tell(format!(
            "Proven: a line stands at place {place} of the {} of the head, but its form is not known to this version.",
            head.seq
        )),
    }
    Ok(())
}

fn check_consistency(proof: &Proof, from: &Tree, head: &Tree, verdict: &mut Verdict) -> Result<(), String> {
    let path = hashes(proof.consistency.as_deref().unwrap_or_default())?;
    if proof.consistency.is_some() && tree::extends((from.seq, &from.root), (head.seq, &head.root), &path) {
        verdict.tell(format!(
            "Proven: the ledger of head {} begins with that of head {}; no line up to {} was changed between them.",
            head.seq, from.seq, from.seq
        ));
    } else {
        verdict.refuse(&format!("the ledger of head {} does not continue that of head {}.", head.seq, from.seq));
    }
    Ok(())
}

fn check_kept(kept: &[Kept], head: &Tree, from: Option<&Tree>, verdict: &mut Verdict) {
    for kept in kept {
        let same_place = |tree: &&Tree| i64::try_from(tree.seq) == Ok(kept.seq);
        match [Some(head), from].into_iter().flatten().find(same_place) {
            Some(tree) if kept.is(&tree.root) => verdict.tell(format!("Head {} is the one you gave.", kept.seq)),
            Some(_) => verdict.refuse(&format!("head {} of the proof is not the one you gave.", kept.seq)),
            None => verdict.refuse(&format!(
                "the proof does not speak of head {}, which you gave; ask for one with at={} or from={}.",
                kept.seq, kept.seq, kept.seq
            )),
        }
    }
    if kept.is_empty() {
        verdict.tell(format!(
            "Not proven: that this is the ledger that others know. Compare the root of head {} with one kept elsewhere (--head {}:ROOT).",
            head.seq, head.seq
        ));
    }
}

fn hashes(texts: &[String]) -> Result<Vec<Hash>, String> {
    texts.iter().map(|text| hash(text)).collect()
}

fn hash(text: &str) -> Result<Hash, String> {
    bytes(text)?.try_into().map_err(|_| "this is no proof: a hash does not have 64 digits".to_owned())
}

fn bytes(digits: &str) -> Result<Vec<u8>, String> {
    let refused = || "this is no proof: something is not written in pairs of hexadecimal digits".to_owned();
    let pairs = digits.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(u8::try_from(char::from(*high).to_digit(16)? << 4 | char::from(*low).to_digit(16)?).ok()?),
        _ => None,
    });
    pairs.collect::<Option<_>>().ok_or_else(refused)
}
