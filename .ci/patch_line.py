#!/usr/bin/env python3
"""Changes one byte of one column of one ledger line, in the bytes of the database file itself.

    patch_line.py FILE SEQ COLUMN

SQLite is only asked what the line says; the record is then found in the file by its bytes (the
record format of https://www.sqlite.org/fileformat2.html#record_format) and one byte is changed
behind SQLite's back, as a bad disk or a curious hand would.
"""

import sqlite3
import sys


def varint(number):
    groups = [number & 0x7F]
    number >>= 7
    while number:
        groups.append(0x80 | number & 0x7F)
        number >>= 7
    return bytes(reversed(groups))


def stored(value):
    """A value's serial type and its bytes."""
    if value is None:
        return 0, b""
    if isinstance(value, int):
        if value in (0, 1):
            return 8 + value, b""
        for serial, size in ((1, 1), (2, 2), (3, 3), (4, 4), (5, 6), (6, 8)):
            if -(1 << 8 * size - 1) <= value < 1 << 8 * size - 1:
                return serial, value.to_bytes(size, "big", signed=True)
    if isinstance(value, str):
        text = value.encode()
        return 13 + 2 * len(text), text
    return 12 + 2 * len(value), value


def main(path, seq, column):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    db.execute("pragma query_only = on")
    cursor = db.execute("select * from ledger where seq = ?", (seq,))
    row = cursor.fetchone()
    names = [name for name, *_ in cursor.description]
    db.close()
    # The key of the table stands before the record, which holds NULL in its place.
    parts = [stored(None if name == "seq" else value) for name, value in zip(names, row)]
    types = b"".join(varint(serial) for serial, _ in parts)
    # The length of the header counts itself.
    header = varint(len(types) + (1 if len(types) < 127 else 2)) + types
    record = header + b"".join(body for _, body in parts)

    position = names.index(column)
    serial, body = parts[position]
    if body:
        offset = len(header) + sum(len(body) for _, body in parts[: position + 1]) - 1
    elif serial in (8, 9):
        # 0 and 1 have no bytes of their own; their serial type is the value.
        offset = len(header) - len(types) + sum(len(varint(serial)) for serial, _ in parts[:position])
    else:
        sys.exit(f"line {seq} says nothing in {column}")

    with open(path, "r+b") as file:
        content = file.read()
        found = content.find(record)
        if found < 0 or content.find(record, found + 1) >= 0:
            sys.exit(f"the bytes of line {seq} are not in the file exactly once")
        file.seek(found + offset)
        file.write(bytes([content[found + offset] ^ 1]))


main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
