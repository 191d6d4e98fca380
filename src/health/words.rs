//! How the service is, in words, in French and English.

use super::rules::{DiskState, LogState, WriterState};
use crate::http::words::Language;

/// A sentence about the disk.
#[must_use]
pub fn disk(state: DiskState, language: Language) -> &'static str {
    let [english, french] = match state {
        DiskState::Ok => ["The disk has room.", "Le disque a de la place."],
        DiskState::Low => [
            "The disk is nearly full: make room, or recording will stop.",
            "Le disque est presque plein : libérez de la place, sinon plus rien ne sera enregistré.",
        ],
        DiskState::Full => [
            "The disk is full: nothing is recorded until there is room; reading goes on.",
            "Le disque est plein : rien n’est enregistré tant qu’il n’y a pas de place ; la lecture continue.",
        ],
        DiskState::ReadOnly => [
            "The disk takes no writes: the system has mounted it read-only, often after an error. Check it.",
            "Le disque n’accepte aucune écriture : le système l’a monté en lecture seule, souvent après une erreur. Vérifiez-le.",
        ],
        DiskState::Unknown => [
            "The system does not tell how much room the disk has.",
            "Le système ne dit pas combien de place il reste sur le disque.",
        ],
    };
    of(language, english, french)
}

/// A sentence about the one that writes.
#[must_use]
pub fn writer(state: WriterState, language: Language) -> &'static str {
    let [english, french] = match state {
        WriterState::Ok => ["Whatever is sent is recorded.", "Ce qui est envoyé est enregistré."],
        WriterState::Failing => [
            "The last record could not be kept: look at the disk and at the log.",
            "Le dernier enregistrement n’a pas pu être conservé : regardez le disque et le journal.",
        ],
        WriterState::Stuck => [
            "A record has been under way for more than half a minute: look at the disk.",
            "Un enregistrement dure depuis plus d’une demi-minute : regardez le disque.",
        ],
        WriterState::Stopped => [
            "Nothing is recorded any more: the server is stopping, or has to be started again.",
            "Plus rien n’est enregistré : le serveur s’arrête, ou doit être relancé.",
        ],
    };
    of(language, english, french)
}

/// A sentence about the write-ahead log.
#[must_use]
pub fn log(state: LogState, language: Language) -> &'static str {
    let [english, french] = match state {
        LogState::Ok => {
            ["The write-ahead log is as large as it should be.", "Le journal d’écriture a la taille qu’il doit avoir."]
        }
        LogState::Large => [
            "The write-ahead log is larger than it should be: somebody, perhaps a backup, has been reading for long.",
            "Le journal d’écriture est plus grand qu’il ne devrait : une lecture, peut-être une sauvegarde, dure depuis longtemps.",
        ],
    };
    of(language, english, french)
}

fn of(language: Language, english: &'static str, french: &'static str) -> &'static str {
    match language {
        Language::Fr => french,
        Language::En => english,
    }
}
