"""Iceberg's rewrite_data_files on the table that compact_table.py made: compact.py JAR FOLDER"""

import json
import sys
import time

from session import open_session

jar, folder = sys.argv[1:3]
spark = open_session(jar, folder)
spark.sql("SELECT count(*) FROM bench.silver.small").collect()
warm = time.monotonic()
result = spark.sql("""
    CALL bench.system.rewrite_data_files(
        table => 'silver.small', options => map('target-file-size-bytes', '134217728'))
""").first()
call = time.monotonic() - warm
files = spark.sql("SELECT count(*) AS files, sum(record_count) AS rows FROM bench.silver.small.files").first()
spark.stop()
print(
    json.dumps(
        {
            "rewritten": result["rewritten_data_files_count"],
            "files": files["files"],
            "rows": files["rows"],
            "callSeconds": round(call, 2),
        }
    )
)
