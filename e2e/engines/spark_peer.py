"""Spark with the catalog as `firn`: spark_peer.py JAR FOLDER URI TOKEN"""

import sys

from concurrent_work import Refused, Unsure, work_for
from peer import digest, serve
from spark_session import open_session, shaped

jar, folder, uri, token = sys.argv[1:5]
spark = open_session(jar, folder, "firn", {"type": "rest", "uri": uri, "token": token})


def sql(text):
    """The rows of a statement, with long integers as text."""
    rows = spark.sql(text).collect()
    return [{key: str(one) if isinstance(one, int) else one for key, one in row.asDict().items()} for row in rows]


def read(text):
    return digest([[shaped(one) for one in row] for row in spark.sql(text).collect()])


def work(table, first, seconds):
    """Appends, deletes and compacts among other writers."""

    def run(text, name=None):
        spark.conf.set("spark.sql.iceberg.snapshot-property.operation-name", name or "")
        try:
            spark.sql(text).collect()
        except Exception as error:
            if "CommitStateUnknownException" in str(error):
                raise Unsure(error)
            if any(one in str(error) for one in ("CommitFailedException", "ValidationException")):
                raise Refused(error)
            raise

    def append(ids, name):
        run(f"INSERT INTO {table} SELECT id, 'spark' FROM range({ids[0]}, {ids[-1] + 1})", name)

    def delete(ids, name):
        run(f"DELETE FROM {table} WHERE id IN ({', '.join(map(str, ids))})", name)

    def compact(_, name):
        run(f"CALL firn.system.rewrite_data_files(table => '{table}', options => map('min-input-files', '2'))")

    return work_for(seconds, first, {"append": append, "delete": delete, "compact": compact})


serve({"sql": sql, "read": read, "work": work})
spark.stop()
