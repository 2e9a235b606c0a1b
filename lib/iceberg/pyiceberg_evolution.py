"""Evolution of schema, partitions and references, both directions.

usage: pyiceberg_evolution.py read METADATA_LOCATION FILTERS_JSON   reads a table we evolved
       pyiceberg_evolution.py write WAREHOUSE_FOLDER                evolves a table and prints what it became
"""

import datetime as dt
import json
import sys

import pyarrow as pa
from pyiceberg.catalog import load_catalog
from pyiceberg.schema import Schema
from pyiceberg.table import StaticTable
from pyiceberg.transforms import BucketTransform, IdentityTransform, MonthTransform
from pyiceberg.types import DateType, IntegerType, LongType, NestedField, StringType


def rows_of(scan):
    rows = scan.to_arrow().to_pylist()
    return json.loads(json.dumps(sorted(rows, key=lambda row: row["id"]), default=str))


def described(table):
    return {
        "fields": [f"{f.field_id} {f.name} {f.field_type} {'required' if f.required else 'optional'}" for f in table.schema().fields],
        "spec": [f"{f.field_id} {f.name} {f.transform} {f.source_id}" for f in table.spec().fields],
        "specs": len(table.specs()),
        "schemas": len(table.schemas()),
        "sortOrder": [f"{f.source_id} {f.transform} {f.direction} {f.null_order}" for f in table.sort_order().fields],
        "refs": {name: [ref.snapshot_ref_type.value, str(ref.snapshot_id)] for name, ref in table.refs().items()},
        "history": [str(entry.snapshot_id) for entry in table.history()],
        "currentSnapshotId": str(table.current_snapshot().snapshot_id),
        "properties": table.properties,
    }


def planned(table, **options):
    return sorted(task.file.file_path for task in table.scan(**options).plan_files())


def read(location, filters):
    table = StaticTable.from_metadata(location)
    return {
        **described(table),
        "rows": rows_of(table.scan()),
        "rowsAt": {name: rows_of(table.scan(snapshot_id=ref.snapshot_id)) for name, ref in table.refs().items()},
        "filters": {
            name: {"rows": len(rows_of(table.scan(row_filter=text))), "files": planned(table, row_filter=text)}
            for name, text in filters.items()
        },
    }


def write(warehouse):
    catalog = load_catalog("t", type="sql", uri="sqlite:///:memory:", warehouse=f"file://{warehouse}")
    catalog.create_namespace("n")
    schema = Schema(
        NestedField(1, "id", IntegerType(), required=False),
        NestedField(2, "name", StringType(), required=False),
        NestedField(3, "day", DateType(), required=False),
    )
    table = catalog.create_table("n.t", schema)

    def append(ids, **options):
        columns = {"id": ids, "name": [f"name {i}" for i in ids], "day": [dt.date(2025, 1 + i % 3, 1) for i in ids]}
        names = [f.name for f in table.schema().fields]
        renamed = {("label" if key == "name" and "label" in names else key): value for key, value in columns.items()}
        for name in names:
            renamed.setdefault(name, [None] * len(ids))
        arrow = table.schema().as_arrow()
        table.append(pa.table({field.name: renamed[field.name] for field in arrow}, schema=arrow), **options)

    append([1, 2, 3])
    with table.update_spec() as update:
        update.add_field("day", MonthTransform(), "day_month")
        update.add_field("id", BucketTransform(4))
    append([4, 5, 6])
    with table.update_schema() as update:
        update.update_column("id", LongType())
        update.rename_column("name", "label")
        update.add_column("country", StringType(), doc="where")
        update.move_first("country")
    with table.update_spec() as update:
        update.remove_field("day_month")
        update.add_field("day", IdentityTransform(), "day")
    append([7, 8, 2**40])
    first = table.snapshots()[0].snapshot_id
    with table.manage_snapshots() as manage:
        manage.create_tag(first, "first", max_ref_age_ms=86_400_000)
        manage.create_branch(first, "audit")
    append([9], branch="audit")
    filters = {"day": "day = '2025-02-01'", "bucket": "id = 5", "both": "id = 1099511627776 and day >= '2025-02-01'"}
    return {
        **described(table),
        "metadataLocation": table.metadata_location,
        "files": {name: planned(table, snapshot_id=ref.snapshot_id) for name, ref in table.refs().items()},
        "filters": {name: planned(table, row_filter=text) for name, text in filters.items()},
    }


if sys.argv[1] == "read":
    print(json.dumps(read(sys.argv[2], json.loads(sys.argv[3]))))
else:
    print(json.dumps(write(sys.argv[2])))
