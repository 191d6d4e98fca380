//! Tables and their mappings: mapping and table are two parts of one input, a NUL between them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use navette::import::cells;
use navette::import::sheet::Sheet;

const ROWS_MAX: usize = 50;
const MAPPING: &str = "records = \"hours\"\n[fields]\ngiver = \"de\"\nreceiver = \"a\"\nday = \"jour\"\nminutes = \"m\"\nactivity = \"x\"\n";

fuzz_target!(|bytes: &[u8]| {
    let _decoded = cells::decode(bytes);
    let part = bytes.iter().position(|byte| *byte == 0);
    let (mapping, table) = part.map_or((MAPPING.as_bytes(), bytes), |at| (&bytes[..at], &bytes[at + 1..]));
    let Ok(mapping) = std::str::from_utf8(mapping) else { return };
    if let Ok(sheet) = Sheet::read(table, mapping, ROWS_MAX) {
        assert!(sheet.items.iter().map(|item| item.rows.len()).sum::<usize>() <= ROWS_MAX);
        // The same file read again names its rows the same.
        let again = Sheet::read(table, mapping, ROWS_MAX).expect("read once, read twice");
        assert!(sheet.items.iter().map(|item| item.id).eq(again.items.iter().map(|item| item.id)));
    }
});
