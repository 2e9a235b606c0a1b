"""Spark with the catalog as `firn`: spark_peer.py JAR FOLDER URI TOKEN"""

import sys

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


serve({"sql": sql, "read": read})
spark.stop()
