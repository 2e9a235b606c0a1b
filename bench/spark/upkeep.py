"""Iceberg's expire_snapshots and remove_orphan_files on a table of ours: upkeep.py JAR FOLDER METADATA_LOCATION

The times are those of the procedures alone, in a session that has read the table already.
"""

import json
import os
import shutil
import sys
import time

from session import open_session

jar, folder, metadata = sys.argv[1:4]
# A Hadoop catalog finds a table by its folder; what the metadata names may lie elsewhere.
place = os.path.join(os.path.abspath(folder), "warehouse", "n", "t", "metadata")
shutil.rmtree(place, ignore_errors=True)
os.makedirs(place)
shutil.copy(metadata.removeprefix("file://"), os.path.join(place, "v1.metadata.json"))
with open(os.path.join(place, "version-hint.text"), "w") as hint:
    hint.write("1")
# Of few rows: the default of 200 shuffle partitions only makes it slower.
spark = open_session(jar, folder, {"spark.sql.shuffle.partitions": "4"})
before = spark.sql("SELECT count(*) AS n FROM bench.n.t.snapshots").first()["n"]
spark.sql("SELECT count(*) FROM bench.n.t.files").first()
started = time.time()
orphans = spark.sql(
    "CALL bench.system.remove_orphan_files(table => 'n.t', older_than => timestamp'2020-01-01 00:00:00')"
).count()
after_orphans = time.time()
expired = (
    spark.sql(
        "CALL bench.system.expire_snapshots(table => 'n.t', older_than => timestamp'2099-01-01 00:00:00', retain_last => 1)"
    )
    .first()
    .asDict()
)
after_expiry = time.time()
left = spark.sql("SELECT count(*) AS n FROM bench.n.t.snapshots").first()["n"]
spark.stop()
print(
    json.dumps(
        {
            "orphansSeconds": round(after_orphans - started, 3),
            "orphans": orphans,
            "expireSeconds": round(after_expiry - after_orphans, 3),
            "expired": expired,
            "snapshots": [before, left],
        }
    )
)
