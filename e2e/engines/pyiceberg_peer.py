"""PyIceberg through the catalog, pyiceberg_peer.py URI TOKEN"""

import sys

import pyarrow as pa
from concurrent_work import Refused, Unsure, work_for
from peer import digest, serve
from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import CommitFailedException, CommitStateUnknownException, ValidationException
from pyiceberg.expressions import In
from pyiceberg.schema import Schema
from pyiceberg.table.sorting import SortField, SortOrder
from pyiceberg.transforms import BucketTransform, IdentityTransform, TruncateTransform
from pyiceberg.types import DoubleType, ListType, LongType, NestedField, StringType
from pyiceberg.view.metadata import SQLViewRepresentation, ViewVersion
from pyiceberg_rows import rows_of, schemas, shaped, specs

catalog = load_catalog("firn", type="rest", uri=sys.argv[1], token=sys.argv[2])


def made(table, ids):
    return rows_of(table.schema(), ids)


def read(table, snapshot=None, ref=None, where=None):
    scan = catalog.load_table(table).scan(**({"row_filter": where} if where else {}))
    if ref:
        scan = scan.use_ref(ref)
    if snapshot:
        scan = scan.update(snapshot_id=int(snapshot))
    fields = scan.projection().fields
    rows = scan.to_arrow().to_pylist()
    return digest([[shaped(field.field_type, row[field.name]) for field in fields] for row in rows])


def create(table, schema, spec="none", version=2, properties=None, sorted_by=None):
    order = {"sort_order": SortOrder(SortField(sorted_by, IdentityTransform()))} if sorted_by else {}
    created = catalog.create_table(
        table,
        schemas[schema],
        partition_spec=specs[spec],
        properties={"format-version": str(version), **(properties or {})},
        **order,
    )
    return created.metadata.format_version


def append(table, ids, branch=None):
    loaded = catalog.load_table(table)
    loaded.append(made(loaded, ids), **({"branch": branch} if branch else {}))


def overwrite(table, ids, where=None):
    loaded = catalog.load_table(table)
    loaded.overwrite(made(loaded, ids), **({"overwrite_filter": where} if where else {}))


def overwrite_partitions(table, ids):
    loaded = catalog.load_table(table)
    loaded.dynamic_partition_overwrite(made(loaded, ids))


def delete(table, where):
    catalog.load_table(table).delete(where)


def upsert(table, ids):
    """Rows with another name, by the identifier field."""
    loaded = catalog.load_table(table)
    rows = made(loaded, ids)
    names = pa.array(["upserted"] * rows.num_rows, rows.schema.field("name").type)
    rows = rows.set_column(rows.schema.get_field_index("name"), rows.schema.field("name"), names)
    result = loaded.upsert(rows)
    return [result.rows_updated, result.rows_inserted]


def evolve_schema(table):
    with catalog.load_table(table).update_schema() as update:
        update.update_column("age", LongType())
        update.rename_column("name", "label")
        update.rename_column(("point", "x"), "across")
        update.add_column(("point", "z"), DoubleType())
        update.add_column("tags", ListType(100, StringType(), element_required=False), doc="added later")
        update.move_first("point")
        update.delete_column("at")
    return [field.name for field in catalog.load_table(table).schema().fields]


def evolve_spec(table):
    with catalog.load_table(table).update_spec() as update:
        update.add_field("id", BucketTransform(4), "id_bucket")
        update.add_field("label", TruncateTransform(2), "label_start")
    with catalog.load_table(table).update_spec() as update:
        update.remove_field("label_start")
    return [field.name for field in catalog.load_table(table).spec().fields]


def snapshots(table):
    return [str(one.snapshot_id) for one in catalog.load_table(table).snapshots()]


def refs(table):
    return {name: str(ref.snapshot_id) for name, ref in catalog.load_table(table).refs().items()}


def manage(table, action, **arguments):
    """One of ManageSnapshots' actions."""
    if "snapshot_id" in arguments:
        arguments["snapshot_id"] = int(arguments["snapshot_id"])
    getattr(catalog.load_table(table).manage_snapshots(), action)(**arguments).commit()


def expire(table, snapshot):
    catalog.load_table(table).maintenance.expire_snapshots().by_id(int(snapshot)).commit()


def properties(table, changes, removals):
    """Changes properties and appends in one transaction."""
    loaded = catalog.load_table(table)
    with loaded.transaction() as transaction:
        transaction.set_properties(changes)
        transaction.remove_properties(*removals)
        transaction.append(made(loaded, [900, 903]))
    return catalog.load_table(table).properties


def create_and_fill(table, ids):
    """A table and its first rows in one commit (staged create)."""
    with catalog.create_table_transaction(table, schemas["people"]) as transaction:
        transaction.append(rows_of(transaction.table_metadata.schema(), ids))


def upgrade(table, version):
    with catalog.load_table(table).transaction() as transaction:
        transaction.upgrade_table_version(version)
    return catalog.load_table(table).metadata.format_version


def append_stale(table, first, second):
    """Two sessions append from the same state of the table."""
    one, two = catalog.load_table(table), catalog.load_table(table)
    one.append(made(one, first))
    two.append(made(two, second))


def delete_after(table, where):
    """Loads the table now; `finish_delete` deletes from what was loaded, whatever came in between."""
    pending[table] = (catalog.load_table(table), where)


def finish_delete(table):
    loaded, where = pending.pop(table)
    loaded.delete(where)


pending = {}


def inspect(table, what):
    return getattr(catalog.load_table(table).inspect, what)().num_rows


def namespace(path, action, **arguments):
    path = tuple(path)
    if action == "create":
        catalog.create_namespace(path, arguments.get("properties", {}))
    elif action == "update":
        catalog.update_namespace_properties(path, set(arguments["removals"]), arguments["updates"])
    elif action == "drop":
        catalog.drop_namespace(path)
    elif action == "exists":
        return catalog.namespace_exists(path)
    elif action == "list":
        return [list(one) for one in catalog.list_namespaces(path)]
    return catalog.load_namespace_properties(path) if action in ("create", "update", "load") else None


def move(table, to):
    catalog.rename_table(table, to)
    return [catalog.table_exists(table), catalog.table_exists(to)]


def drop(table, purge=False):
    (catalog.purge_table if purge else catalog.drop_table)(table)
    return catalog.table_exists(table)


def register(table, location):
    catalog.register_table(table, location)


def tables(namespace):
    return sorted(name for _, name in catalog.list_tables(namespace))


def create_view(namespace, view, sql):
    version = ViewVersion(
        version_id=1,
        schema_id=0,
        timestamp_ms=1_700_000_000_000,
        summary={"engine-name": "pyiceberg"},
        representations=[SQLViewRepresentation(type="sql", sql=sql, dialect="spark")],
        default_namespace=[namespace],
    )
    catalog.create_view((namespace, view), Schema(NestedField(1, "id", LongType())), version)


def views(namespace, view):
    """The views of a namespace, whether there is one of a name, and the SQL of those."""
    listed = sorted(name for _, name in catalog.list_views(namespace))
    sql = [catalog.load_view((namespace, name)).current_version().representations[0].root.sql for name in listed]
    return [listed, catalog.view_exists((namespace, view)), sql]


def drop_view(namespace, view):
    catalog.drop_view((namespace, view))


def work(table, first, seconds):
    """Appends and deletes among other writers (PyIceberg compacts nothing)."""

    def outcome(change):
        try:
            change()
        except CommitStateUnknownException as error:
            raise Unsure(error)
        except (CommitFailedException, ValidationException) as error:
            raise Refused(error)

    def append(ids, name):
        loaded = catalog.load_table(table)
        rows = pa.table({"id": ids, "writer": ["pyiceberg"] * len(ids)}, schema=loaded.schema().as_arrow())
        outcome(lambda: loaded.append(rows, snapshot_properties={"operation-name": name}))

    def delete(ids, name):
        loaded = catalog.load_table(table)
        outcome(lambda: loaded.delete(In("id", ids), snapshot_properties={"operation-name": name}))

    return work_for(seconds, first, {"append": append, "delete": delete})


serve(
    {
        name: globals()[name]
        for name in """read create append overwrite overwrite_partitions delete upsert evolve_schema evolve_spec snapshots
        refs manage expire properties create_and_fill upgrade append_stale delete_after finish_delete inspect namespace move
        drop register tables create_view views drop_view work""".split()
    }
)
