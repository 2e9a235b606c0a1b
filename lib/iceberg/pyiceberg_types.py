"""Both directions with every type and transform.

usage: pyiceberg_types.py read METADATA_LOCATION FILTERS_JSON   reads our table: rows and planned files by filter
       pyiceberg_types.py write WAREHOUSE_FOLDER                writes a table: prints its metadata file and what is in it
"""

import datetime as dt
import json
import sys

import pyarrow as pa
from pyiceberg.catalog import load_catalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import StaticTable
from pyiceberg.transforms import BucketTransform, DayTransform, IdentityTransform, TruncateTransform
from pyiceberg.types import DateType, LongType, NestedField, StringType, TimestamptzType


def planned(table, **options):
    return sorted(task.file.file_path for task in table.scan(**options).plan_files())


def read(location, filters):
    table = StaticTable.from_metadata(location)
    rows = sorted(table.scan().to_arrow().to_pylist(), key=lambda row: row["id"])
    return {
        "types": {field.name: str(field.field_type) for field in table.schema().fields},
        "rows": json.loads(json.dumps(rows, default=str)),
        # table.inspect cannot show uuid partitions.
        "partitions": [
            {
                field.name: json.loads(json.dumps(task.file.partition[index], default=str))
                for index, field in enumerate(table.spec().fields)
            }
            for task in table.scan().plan_files()
        ],
        "filters": {
            name: {"rows": table.scan(row_filter=text).to_arrow().num_rows, "files": planned(table, row_filter=text)}
            for name, text in filters.items()
        },
    }


def write(warehouse):
    catalog = load_catalog("t", type="sql", uri="sqlite:///:memory:", warehouse=f"file://{warehouse}")
    catalog.create_namespace("n")
    schema = Schema(
        NestedField(1, "id", LongType(), required=False),
        NestedField(2, "name", StringType(), required=False),
        NestedField(3, "at", TimestamptzType(), required=False),
        NestedField(4, "day", DateType(), required=False),
    )
    spec = PartitionSpec(
        PartitionField(1, 1000, BucketTransform(4), "id_bucket"),
        PartitionField(2, 1001, TruncateTransform(2), "name_trunc"),
        PartitionField(3, 1002, DayTransform(), "at_day"),
        PartitionField(4, 1003, IdentityTransform(), "day"),
    )
    table = catalog.create_table("n.t", schema, partition_spec=spec, properties={"format-version": "2"})

    def rows(ids):
        return pa.table(
            {
                "id": ids,
                "name": [["눈사람", "ice", None][i % 3] for i in ids],
                "at": [dt.datetime(2025, 7, 1 + i % 3, 12, tzinfo=dt.timezone.utc) for i in ids],
                "day": [dt.date(2025, 7, 1 + i % 2) for i in ids],
            },
            schema=table.schema().as_arrow(),
        )

    table.append(rows(list(range(0, 20))))
    table.append(rows([2**53 + 1, 2**63 - 1]))
    table.delete("id = 3")
    filters = {
        "bucket": "id = 9007199254740993",
        "truncate": "name = 'ice'",
        "prefix": "name LIKE '눈%'",
        "day": "at >= '2025-07-02T00:00:00+00:00' and at < '2025-07-03T00:00:00+00:00'",
        "identity": "day = '2025-07-02'",
        "null": "name is null",
    }
    return {
        "metadataLocation": table.metadata_location,
        "rows": table.scan().to_arrow().num_rows,
        "filters": {name: planned(table, row_filter=text) for name, text in filters.items()},
        "history": [
            {"id": str(s.snapshot_id), "files": planned(table, snapshot_id=s.snapshot_id)} for s in table.snapshots()
        ],
    }


if sys.argv[1] == "read":
    print(json.dumps(read(sys.argv[2], json.loads(sys.argv[3]))))
else:
    print(json.dumps(write(sys.argv[2])))
