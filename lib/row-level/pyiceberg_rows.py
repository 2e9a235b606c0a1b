"""Rows with deletes, both directions.

usage: pyiceberg_rows.py read METADATA_LOCATION      reads our table: ids of each snapshot and branch
       pyiceberg_rows.py write WAREHOUSE_FOLDER      writes, deletes, overwrites and evolves a table: metadata file and rows
"""

import json
import sys

import pyarrow as pa
from pyiceberg.catalog import load_catalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import StaticTable
from pyiceberg.transforms import BucketTransform, IdentityTransform
from pyiceberg.types import IntegerType, LongType, NestedField, StringType, StructType


def ordered(arrow):
    return json.loads(json.dumps(sorted(arrow.to_pylist(), key=lambda row: row["id"]), default=str))


def read(location):
    table = StaticTable.from_metadata(location)
    return {
        "snapshots": {
            str(one.snapshot_id): sorted(table.scan(snapshot_id=one.snapshot_id).to_arrow()["id"].to_pylist())
            for one in table.snapshots()
        },
        "refs": {
            name: sorted(table.scan().use_ref(name).to_arrow()["id"].to_pylist()) for name in table.refs()
        },
        "filtered": sorted(table.scan(row_filter="id >= 14").to_arrow()["id"].to_pylist()),
        "deletes": sum(len(task.delete_files) for task in table.scan().plan_files()),
    }


def write(warehouse):
    catalog = load_catalog("t", type="sql", uri="sqlite:///:memory:", warehouse=f"file://{warehouse}")
    catalog.create_namespace("n")
    point = StructType(
        NestedField(4, "x", IntegerType(), required=False), NestedField(5, "y", StringType(), required=False)
    )
    schema = Schema(
        NestedField(1, "id", IntegerType(), required=False),
        NestedField(2, "name", StringType(), required=False),
        NestedField(3, "point", point, required=False),
    )
    spec = PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "name"))
    table = catalog.create_table("n.t", schema, partition_spec=spec, properties={"format-version": "2"})

    def rows(ids):
        columns = {
            "id": ids,
            "name": [["눈", "ice", None][i % 3] for i in ids],
            "point": [{"x": i, "y": f"y{i}"} if i % 4 else None for i in ids],
        }
        return pa.table(columns, schema=table.schema().as_arrow())

    table.append(rows(list(range(0, 20))))
    table.delete("id in (3, 4) or (name is null and id < 6)")
    table.overwrite(rows([100, 101]), overwrite_filter="id >= 18")
    with table.update_schema() as update:
        update.update_column("id", LongType())
        update.rename_column("name", "label")
        update.rename_column(("point", "x"), "across")
        update.add_column(("point", "z"), StringType())
        update.move_first("point")
        update.add_column("added", StringType())
    with table.update_spec() as update:
        update.remove_field("name")
        update.add_field("id", BucketTransform(2), "id_bucket")
    table.append(
        pa.table(
            {
                "point": [{"across": 7, "y": "new", "z": "deep"}],
                "id": [2**40],
                "label": ["late"],
                "added": ["here"],
            },
            schema=table.schema().as_arrow(),
        )
    )
    table.delete("id = 8")
    return {
        "metadataLocation": table.metadata_location,
        "rows": ordered(table.scan().to_arrow()),
        "filtered": ordered(table.scan(row_filter="label = 'ice' and id > 7").to_arrow()),
        "snapshots": {
            str(one.snapshot_id): ordered(table.scan(snapshot_id=one.snapshot_id).to_arrow())
            for one in table.snapshots()
        },
    }


print(json.dumps(read(sys.argv[2]) if sys.argv[1] == "read" else write(sys.argv[2])))
