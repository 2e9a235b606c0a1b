"""Makes an Iceberg table over existing Parquet files: compact_table.py JAR FOLDER INPUT_FOLDER"""

import sys

from session import open_session

jar, folder, inputs = sys.argv[1:4]
spark = open_session(jar, folder)
spark.sql("CREATE NAMESPACE bench.silver")
# Columns in the order of their field ids in the files.
spark.sql("""
    CREATE TABLE bench.silver.small (
        event_id string, event_name string, user_id string, anonymous_id string, session_id string,
        utc_timestamp timestamp, date date, year int, month int, day int, hour int, day_of_week string,
        page_name string, page_url string, user_segment string, cooking_style string, ab_test_group string,
        prop_recipe_id bigint, prop_list_type string, prop_action string, prop_search_keyword string,
        prop_result_count int, processed_at timestamp, data_source string, pipeline_version string)
    USING iceberg TBLPROPERTIES ('format-version'='2', 'write.parquet.compression-codec'='zstd')
""")
spark.sql(f"CALL bench.system.add_files(table => 'silver.small', source_table => '`parquet`.`file://{inputs}`')")
spark.stop()
