"""JSON Lines files to the silver table with Spark and Iceberg: silver.py JAR FOLDER FILE..."""

import json
import sys
import time

from session import open_session

jar, folder, files = sys.argv[1], sys.argv[2], sys.argv[3:]
spark = open_session(jar, folder)

TABLE = "bench.recipe_analytics.user_events_silver"
spark.sql("CREATE NAMESPACE bench.recipe_analytics")
# Hash distribution is Iceberg's own default for a partitioned table: one file a partition.
spark.sql(f"""
    CREATE TABLE {TABLE} (
        event_id string, event_name string, user_id string, anonymous_id string, session_id string,
        utc_timestamp timestamp, date date, year int, month int, day int, hour int, day_of_week string,
        page_name string, page_url string, user_segment string, cooking_style string, ab_test_group string,
        prop_recipe_id bigint, prop_list_type string, prop_action string, prop_search_keyword string,
        prop_result_count int, processed_at timestamp, data_source string, pipeline_version string)
    USING iceberg PARTITIONED BY (year, month, day, hour)
    TBLPROPERTIES ('format-version'='2', 'write.parquet.compression-codec'='zstd', 'write.distribution-mode'='hash')
""")

spark.read.schema(
    "event_id string, event_name string, user_id string, anonymous_id string, session_id string, "
    "timestamp string, context string, event_properties string"
).json(files).createOrReplaceTempView("bronze")

CONTEXT = "page struct<name:string,url:string>, user_segment string, cooking_style string, ab_test struct<`group`:string>"
PROPERTIES = "recipe_id bigint, list_type string, action string, search_keyword string, result_count int"
spark.sql(f"""
    SELECT event_id, event_name, user_id, anonymous_id, session_id, t AS utc_timestamp, to_date(t) AS date,
        year(t) AS year, month(t) AS month, day(t) AS day, hour(t) AS hour, date_format(t, 'EEEE') AS day_of_week,
        c.page.name AS page_name, c.page.url AS page_url, c.user_segment, c.cooking_style, c.ab_test.`group` AS ab_test_group,
        p.recipe_id AS prop_recipe_id, p.list_type AS prop_list_type, p.action AS prop_action,
        p.search_keyword AS prop_search_keyword, p.result_count AS prop_result_count,
        current_timestamp() AS processed_at, 'landing-zone' AS data_source, '1.0.0' AS pipeline_version
    FROM (SELECT *, to_timestamp(timestamp) AS t, from_json(context, '{CONTEXT}') AS c,
        from_json(event_properties, '{PROPERTIES}') AS p FROM bronze)
""").writeTo(TABLE).append()

# The job ends with a look at what it wrote, which Firn's has while it reads: every line is counted there.
written = time.monotonic()
seen = spark.sql(f"SELECT count(*) AS rows, count(DISTINCT year, month, day, hour) AS partitions FROM {TABLE}").first()
files = spark.sql(f"SELECT count(*) AS files FROM {TABLE}.files").first()["files"]
read_back = time.monotonic() - written
spark.stop()
print(json.dumps({"rows": seen["rows"], "partitions": seen["partitions"], "files": files, "readBackSeconds": round(read_back, 2)}))
