"""Rows of every snapshot and reference of a table, as PyIceberg reads them.

usage: proof.py METADATA_LOCATION
"""

import hashlib
import json
import sys

from pyiceberg.table import StaticTable


def text(value):
    return "-" if value is None else str(value)


def digest(table, snapshot_id):
    rows = table.scan(snapshot_id=snapshot_id).to_arrow().to_pylist()
    lines = sorted(
        "|".join(
            [
                str(row["id"]),
                row["page"],
                row["day"].isoformat(),
                text(None if row["score"] is None else int(row["score"] * 2)),
                text(row.get("note")),
            ]
        )
        for row in rows
    )
    return f"{len(lines)} {hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}"


table = StaticTable.from_metadata(sys.argv[1])
found = {str(one.snapshot_id): digest(table, one.snapshot_id) for one in table.snapshots()}
for name, reference in table.refs().items():
    found[name] = found.get(str(reference.snapshot_id), "missing")
print(json.dumps(found))
