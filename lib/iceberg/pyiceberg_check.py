"""Reads an Iceberg table by its metadata file with PyIceberg and prints what it finds as JSON.

usage: pyiceberg_check.py METADATA_LOCATION QUESTIONS_JSON
QUESTIONS_JSON: {"filters": {name: PyIceberg row filter as text}, "snapshots": [snapshot ids as text]}
"""

import json
import sys

import pyarrow.compute as pc
from pyiceberg.table import StaticTable

table = StaticTable.from_metadata(sys.argv[1])
questions = json.loads(sys.argv[2])
rows = table.scan().to_arrow()


def filtered(text):
    scan = table.scan(row_filter=text)
    return {
        "rows": scan.to_arrow().num_rows,
        "files": sorted(task.file.file_path for task in scan.plan_files()),
    }


groups = rows.group_by(["year", "month", "day", "hour"]).aggregate([("event_id", "count")])
large = rows.filter(pc.greater(rows["prop_recipe_id"], 2**53))
current = table.current_snapshot()
print(
    json.dumps(
        {
            "rows": rows.num_rows,
            "partitions": {
                "/".join(str(group[key]) for key in ("year", "month", "day", "hour")): group["event_id_count"]
                for group in groups.to_pylist()
            },
            "icebergTypes": {field.name: str(field.field_type) for field in table.schema().fields},
            "fieldIds": {field.name: field.field_id for field in table.schema().fields},
            "arrowTypes": {field.name: str(field.type) for field in rows.schema},
            "specFields": [f"{f.field_id} {f.name} {f.transform} {f.source_id}" for f in table.spec().fields],
            "filters": {name: filtered(text) for name, text in questions["filters"].items()},
            "rowsAtSnapshot": {
                one: table.scan(snapshot_id=int(one)).to_arrow().num_rows for one in questions["snapshots"]
            },
            "large": {row["event_id"]: str(row["prop_recipe_id"]) for row in large.to_pylist()},
            "snapshotIds": [str(snapshot.snapshot_id) for snapshot in table.snapshots()],
            "currentSnapshotId": str(current.snapshot_id),
            "operation": current.summary.operation.value,
            "totalRecords": current.summary["total-records"],
            "manifests": [
                [m["added_data_files_count"], m["existing_data_files_count"], m["deleted_data_files_count"]]
                for m in table.inspect.manifests().to_pylist()
            ],
            "upperRecipeIds": sorted(
                str(row["readable_metrics"]["prop_recipe_id"]["upper_bound"])
                for row in table.inspect.files().to_pylist()
                if (row["readable_metrics"]["prop_recipe_id"]["upper_bound"] or 0) > 2**53
            ),
        }
    )
)
