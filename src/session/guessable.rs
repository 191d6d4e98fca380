//! Passwords that anyone would guess: common ones, names anyone knows, keys in a row, a few letters over and over.

use sha2::{Digest, Sha256};

/// Common passwords, as the first eight bytes of the SHA-256 of each in small letters, in order.
///
/// These are all 9,728 that are long enough for us among the million most frequent passwords of known breaches
/// (`10-million-password-list-top-1000000.txt` of `SecLists`, MIT licence): more than the 3,000 that OWASP ASVS 6.2.4
/// asks for. Digests, because the list holds names of real people. It is a list of breached passwords (ASVS 6.2.12),
/// but no whole one, and its words are mostly English and Russian: what is common in French only is left to
/// [`ROWS`] and [`WORDS`].
const COMMON: &[u8] = include_bytes!("common-passwords.bin");
/// Bytes kept of each digest: one password in two thousand million million is taken for a common one by mistake.
const DIGEST_BYTES: usize = 8;

/// Words that anyone tries first here, beside the login and the names of the account's structures.
const WORDS: [&str; 6] = ["navette", "motdepasse", "mot de passe", "password", "passe", "admin"];
/// Keys in a row, on French and English keyboards, and what is counted or recited.
const ROWS: [&str; 5] = [
    "azertyuiopqsdfghjklmwxcvbnazertyuiop",
    "qwertyuiopasdfghjklzxcvbnmqwertyuiop",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "0123456789012345678901234567890123456789",
    "lundimardimercredijeudivendredisamedidimanchelundi",
];
/// Characters that must be left of a password once known words and repetitions are taken out of it.
const REST_CHARS_MIN: usize = 8;
/// Characters of a part of a name that counts as a known word by itself.
const PART_CHARS_MIN: usize = 4;

/// True when a password is common, or when little is left of it without the words that are known of its account.
#[must_use]
pub fn is_guessable(password: &str, known: &[&str]) -> bool {
    let small = password.to_lowercase();
    let backwards: String = small.chars().rev().collect();
    is_common(&small)
        || ROWS.iter().any(|row| row.contains(&small) || row.contains(&backwards))
        || period(&small) < REST_CHARS_MIN
        || rest(&small, known) < REST_CHARS_MIN
}

fn is_common(small: &str) -> bool {
    let digest = Sha256::digest(small.as_bytes());
    let (digests, _) = COMMON.as_chunks::<DIGEST_BYTES>();
    digests.binary_search_by(|kept| kept.as_slice().cmp(&digest[..DIGEST_BYTES])).is_ok()
}

/// Characters of the shortest text that, said over and over, makes the password.
fn period(small: &str) -> usize {
    let characters: Vec<char> = small.chars().collect();
    let repeats = |length: &usize| characters.iter().zip(&characters[*length..]).all(|(a, b)| a == b);
    (1..characters.len()).find(repeats).unwrap_or(characters.len())
}

/// Characters that are left without the known words, wherever they stand.
fn rest(small: &str, known: &[&str]) -> usize {
    let known: Vec<String> = known.iter().map(|name| name.to_lowercase()).collect();
    let parts = known.iter().flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
    let parts = parts.filter(|part| part.chars().count() >= PART_CHARS_MIN);
    let mut words: Vec<&str> = known.iter().map(String::as_str).chain(parts).chain(WORDS).collect();
    words.retain(|word| !word.is_empty());
    // The longest first: a short word would leave the rest of a longer one.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let rest = words.iter().fold(small.to_owned(), |rest, word| rest.replace(word, ""));
    rest.chars().count()
}

#[cfg(test)]
mod tests {
    use super::is_guessable;

    #[test]
    fn common_passwords_are_refused_in_any_case() {
        for password in ["qwertyuiopasdfghjkl", "PasswordPassword", "123456789987654321", "manchesterUnited"] {
            assert!(is_guessable(password, &[]), "{password}");
        }
        assert_eq!(super::COMMON.len(), 9_728 * super::DIGEST_BYTES);
        assert!(super::COMMON.as_chunks::<{ super::DIGEST_BYTES }>().0.is_sorted());
    }

    #[test]
    fn rows_of_keys_and_repetitions_are_refused() {
        for password in
            ["azertyuiopqsdfg", "gfdsqpoiuytreza", "lundimardimercredi", "aaaaaaaaaaaaaaaa", "chat chat chat ch"]
        {
            assert!(is_guessable(password, &[]), "{password}");
        }
    }

    #[test]
    fn known_words_do_not_count() {
        let known = ["odile.martin", "Commune de Saint-Ferréol"];
        for password in ["navette-odile-2026", "saint-ferréol 26310", "Mot De Passe Navette 1"] {
            assert!(is_guessable(password, &known), "{password}");
        }
        for password in
            ["la navette du soir passe à six heures", "odile préfère les poires", "🌾🌾🌾 🐑 🌾🌾🌾🌾 🐄 🌾🌾🌾🌾🌾"]
        {
            assert!(!is_guessable(password, &known), "{password}");
        }
    }
}
