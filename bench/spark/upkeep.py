"""Iceberg's expire_snapshots and remove_orphan_files on a table of ours: upkeep.py JAR FOLDER METADATA_LOCATION

The times are those of the procedures alone, in a session that has read the table already.
"""

import json
import sys
import time

from session import open_session

jar, folder, metadata = sys.argv[1:4]
spark = open_session(
    jar,
    folder,
    {
        "spark.sql.catalog.ours": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.ours.catalog-impl": "org.apache.iceberg.inmemory.InMemoryCatalog",
        "spark.sql.catalog.ours.io-impl": "org.apache.iceberg.hadoop.HadoopFileIO",
        # Of few rows: the default of 200 only makes it slower.
        "spark.sql.shuffle.partitions": "4",
    },
)
spark.sql("CREATE NAMESPACE ours.n")
spark.sql(f"CALL ours.system.register_table(table => 'n.t', metadata_file => '{metadata}')")
before = spark.sql("SELECT count(*) AS n FROM ours.n.t.snapshots").first()["n"]
spark.sql("SELECT count(*) FROM ours.n.t.files").first()
started = time.time()
orphans = spark.sql(
    "CALL ours.system.remove_orphan_files(table => 'n.t', older_than => timestamp'2020-01-01 00:00:00')"
).count()
after_orphans = time.time()
expired = (
    spark.sql(
        "CALL ours.system.expire_snapshots(table => 'n.t', older_than => timestamp'2099-01-01 00:00:00', retain_last => 1)"
    )
    .first()
    .asDict()
)
after_expiry = time.time()
left = spark.sql("SELECT count(*) AS n FROM ours.n.t.snapshots").first()["n"]
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
