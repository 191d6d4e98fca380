//! Codes of the second factor: TOTP (RFC 6238) with SHA-1, six digits, thirty seconds, as every authenticator has it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;

/// Bytes of the shared key (RFC 4226, 4: 160 bits are advised).
pub const KEY_BYTES: usize = 20;
/// Seconds for which a code is shown.
const STEP_SECONDS: i64 = 30;
/// Codes are below this: six digits.
const CODES: u32 = 1_000_000;
/// Steps by which another clock may differ.
const STEPS_AROUND: i64 = 1;
/// The alphabet of base32 (RFC 4648, 6).
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The code of a step, counted from 1970 (RFC 4226, 5.3).
#[must_use]
pub fn code(key: &[u8; KEY_BYTES], step: i64) -> String {
    let Ok(mac) = Hmac::<Sha1>::new_from_slice(key) else { return String::new() };
    let digest = mac.chain_update(step.to_be_bytes()).finalize().into_bytes();
    let offset = usize::from(digest[19] & 0x0f);
    let bytes = [digest[offset], digest[offset + 1], digest[offset + 2], digest[offset + 3]];
    format!("{:06}", (u32::from_be_bytes(bytes) & 0x7fff_ffff) % CODES)
}

/// The step whose code this is, around an instant in seconds and after the last one used. Each works once.
#[must_use]
pub fn step_of(key: &[u8; KEY_BYTES], given: &str, seconds: i64, last: Option<i64>) -> Option<i64> {
    let now = seconds.div_euclid(STEP_SECONDS);
    let mut found = None;
    for step in now - STEPS_AROUND..=now + STEPS_AROUND {
        let same = bool::from(code(key, step).as_bytes().ct_eq(given.as_bytes()));
        if same && last.is_none_or(|last| step > last) {
            found = Some(step);
        }
    }
    found
}

/// Bytes in base32 without padding, as authenticators and people take them.
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    let (mut text, mut held, mut bits) = (String::new(), 0_u32, 0_u32);
    let mut put = |five: u32| text.push(char::from(ALPHABET[usize::try_from(five & 31).unwrap_or_default()]));
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            put(held >> bits);
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        put(held << (5 - bits));
    }
    text
}

/// The address from which an authenticator takes the key, by picture or by hand.
#[must_use]
pub fn uri(login: &str, key: &[u8; KEY_BYTES]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let escape = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    let login: String = login.bytes().map(escape).collect();
    format!("otpauth://totp/Navette:{login}?secret={}&issuer=Navette", base32(key))
}

#[cfg(test)]
mod tests {
    use super::{base32, code, step_of, uri};

    const KEY: &[u8; 20] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, the last six of its eight digits.
        let table = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, expected) in table {
            assert_eq!(code(KEY, seconds / 30), expected);
            assert_eq!(step_of(KEY, expected, seconds, None), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_holds_one_step_around_its_own_and_once() {
        let given = code(KEY, 100);
        for (step, expected) in [(98, None), (99, Some(100)), (100, Some(100)), (101, Some(100)), (102, None)] {
            assert_eq!(step_of(KEY, &given, step * 30, None), expected);
        }
        assert_eq!(step_of(KEY, &given, 3_000, Some(99)), Some(100));
        assert_eq!(step_of(KEY, &given, 3_000, Some(100)), None);
        for other in ["", "1", "0000000", "abcdef", &given[1..]] {
            assert_eq!(step_of(KEY, other, 3_000, None), None);
        }
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        let table =
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")];
        for (text, expected) in table {
            assert_eq!(base32(text.as_bytes()), expected);
        }
        let address = "otpauth://totp/Navette:odile%40mairie?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Navette";
        assert_eq!(uri("odile@mairie", KEY), address);
    }
}
