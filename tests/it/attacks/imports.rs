//! Forms, mappings and tables of imports that are none. A table with bad rows is answered row by row, so what is tried
//! here is what cannot be read at all.

use super::{Case, Row, Scene, post};

const BAD: &[u16] = &[400];
const INVALID: &[u16] = &[422];
const FORM: &str = "Content-Type: multipart/form-data; boundary=seam\r\n";
const MAPPING: &[u8] = b"records = \"hours\"\n[fields]\ngiver = \"de\"\nreceiver = \"a\"\nday = \"jour\"\nminutes = \"m\"\nactivity = \"x\"\n";
const TABLE: &[u8] = b"de;a;jour;m;x\nLes Jardins;CUMA;01/03/2026;1h30;y\n";

/// Whole bodies of a form.
const FORMS: &[Row] = &[
    ("nothing", b"", BAD),
    ("text", b"hello", BAD),
    ("JSON", b"{\"file\":\"x\"}", BAD),
    ("the end alone", b"--seam--\r\n", INVALID),
    ("another boundary", b"--other\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--other--\r\n", BAD),
    ("a part that does not end", b"--seam\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx", BAD),
    ("a part without headers", b"--seam\r\n\r\nx\r\n--seam--\r\n", &[400, 422]),
    ("a part without a name", b"--seam\r\nContent-Disposition: form-data\r\n\r\nx\r\n--seam--\r\n", &[400, 422]),
    ("a part of another name", b"--seam\r\nContent-Disposition: form-data; name=\"evil\"\r\n\r\nx\r\n--seam--\r\n", INVALID),
    ("a part with an empty name", b"--seam\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nx\r\n--seam--\r\n", INVALID),
    ("a part that is an attachment", b"--seam\r\nContent-Disposition: attachment; filename=\"x\"\r\n\r\nx\r\n--seam--\r\n", &[400, 422]),
    ("a part with broken headers", b"--seam\r\nContent-Disposition form-data\r\n\r\nx\r\n--seam--\r\n", BAD),
    ("a part with a NUL in its headers", b"--seam\r\nContent-Disposition: form-data; name=\"fi\0le\"\r\n\r\nx\r\n--seam--\r\n", &[400, 422]),
    ("a file twice", b"--seam\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--seam\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\ny\r\n--seam--\r\n", INVALID),
    ("a file alone", b"--seam\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../x.csv\"\r\n\r\nx\r\n--seam--\r\n", INVALID),
    ("a flag that is none", b"--seam\r\nContent-Disposition: form-data; name=\"dry_run\"\r\n\r\nmaybe\r\n--seam--\r\n", INVALID),
    ("a flag of broken UTF-8", b"--seam\r\nContent-Disposition: form-data; name=\"atomic\"\r\n\r\n\xff\r\n--seam--\r\n", INVALID),
    ("a mapping of broken UTF-8", b"--seam\r\nContent-Disposition: form-data; name=\"mapping\"\r\n\r\n\xff\xfe\r\n--seam--\r\n", INVALID),
];

/// Mappings, with a good table.
const MAPPINGS: &[Row] = &[
    ("nothing", b"", INVALID),
    ("words", b"hours please", INVALID),
    ("records alone", b"records = \"hours\"", INVALID),
    ("records that are none", b"records = \"secrets\"\n[fields]\n", INVALID),
    ("records as a number", b"records = 1\n[fields]\n", INVALID),
    ("records twice", b"records = \"hours\"\nrecords = \"hours\"\n[fields]\n", INVALID),
    ("no fields", b"records = \"hours\"\n[fields]\n", INVALID),
    ("a field twice", b"records = \"hours\"\n[fields]\nday = \"jour\"\nday = \"jour\"\n", INVALID),
    ("a field nobody knows", b"records = \"hours\"\n[fields]\nevil = \"jour\"\n", INVALID),
    ("a field that is a list", b"records = \"hours\"\n[fields]\nday = [[[]]]\n", INVALID),
    ("a column that is not there", b"records = \"hours\"\n[fields]\ngiver = \"de\"\nreceiver = \"a\"\nday = \"jour\"\nminutes = \"m\"\nactivity = \"none\"\n", INVALID),
    ("a setting nobody knows", b"records = \"hours\"\nevil = true\n[fields]\n", INVALID),
    ("a separator that is none", b"records = \"hours\"\ndelimiter = \"word\"\n[fields]\n", INVALID),
    ("a separator that is a quote", b"records = \"hours\"\ndelimiter = \"\\\"\"\n[fields]\n", INVALID),
    ("a date for a text", b"records = 2024-01-01\n[fields]\n", INVALID),
    ("JSON that breaks off", b"{\"records\":\"hours\",", INVALID),
    ("JSON with a member twice", b"{\"records\":\"hours\",\"records\":\"loans\",\"fields\":{}}", INVALID),
    ("JSON that is a list", b"[\"hours\"]", INVALID),
    ("a NUL", b"records = \"hours\0\"\n[fields]\n", INVALID),
    ("groups where there are none", b"records = \"hours\"\ngroup = true\n[fields]\n", INVALID),
    ("what may not be created", b"records = \"hours\"\ncreate = [\"accounts\"]\n[fields]\n", INVALID),
];

/// Tables, with a good mapping.
const TABLES: &[Row] = &[
    ("nothing", b"", INVALID),
    ("a mark of byte order alone", b"\xef\xbb\xbf", INVALID),
    ("half a mark of UTF-16", b"\xff\xfe", INVALID),
    ("other columns", b"a;b\n1;2\n", INVALID),
    ("one cell", b"x", INVALID),
    ("a quote that does not close", b"\"de;a;jour;m;x\nLes Jardins;CUMA;01/03/2026;1h30;y\n", INVALID),
    ("NULs", b"\0\0\0\0\0\0\0\0", INVALID),
    ("separators alone", b";;;;;;;;\n;;;;;;;;\n", INVALID),
    ("line ends alone", b"\r\n\r\n\r\n\n\n\r\r", INVALID),
    ("a column twice", b"de;de;a;jour;m;x\nA;B;C;01/03/2026;1h30;y\n", INVALID),
    ("a workbook", b"PK\x03\x04\x14\0\x06\0\x08\0", INVALID),
    ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", INVALID),
];

/// What a form is said to be.
const SAID: &[Row] = &[
    ("no boundary", b"Content-Type: multipart/form-data\r\n", BAD),
    ("an empty boundary", b"Content-Type: multipart/form-data; boundary=\r\n", BAD),
    ("parts of another kind", b"Content-Type: multipart/mixed; boundary=seam\r\n", &[415]),
    ("gzip", b"Content-Type: multipart/form-data; boundary=seam\r\nContent-Encoding: gzip\r\n", &[415]),
];

/// All of them.
pub fn cases(scene: &Scene) -> Vec<Case> {
    let sent = |room: &str, name: &str, head: &[u8], body: &[u8], right: &'static [u16]| {
        let request = post("/v1/imports", "{head}", body);
        let bytes = super::replaced(&scene.filled(&request), b"{head}", head);
        Case { name: format!("{room}: {name}"), bytes, right, readable: true }
    };
    let form = |mapping: &[u8], table: &[u8]| {
        let part =
            |name: &str| format!("--seam\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").into_bytes();
        [&part("file")[..], table, b"\r\n", &part("mapping"), mapping, b"\r\n--seam--\r\n"].concat()
    };
    let forms = FORMS.iter().map(|(name, body, right)| sent("form", name, FORM.as_bytes(), body, right));
    let mappings = MAPPINGS
        .iter()
        .map(|(name, mapping, right)| sent("mapping", name, FORM.as_bytes(), &form(mapping, TABLE), right));
    let tables =
        TABLES.iter().map(|(name, table, right)| sent("table", name, FORM.as_bytes(), &form(MAPPING, table), right));
    let said = SAID.iter().map(|(name, head, right)| sent("form said to be", name, head, &form(MAPPING, TABLE), right));
    forms.chain(mappings).chain(tables).chain(said).collect()
}
