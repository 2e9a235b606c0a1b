"""Spark with the catalog as `firn`, for spark.engine.test.ts: spark_peer.py JAR FOLDER URI TOKEN"""

import os
import sys

from peer import Map, Struct, digest, serve
from pyspark.sql import Row, SparkSession

jar, folder, uri, token = sys.argv[1:5]
settings = {
    "spark.jars": jar,
    "spark.driver.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.local.dir": os.path.join(folder, "tmp"),
    "spark.sql.warehouse.dir": os.path.join(folder, "warehouse"),
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    "spark.sql.catalog.firn": "org.apache.iceberg.spark.SparkCatalog",
    "spark.sql.catalog.firn.type": "rest",
    "spark.sql.catalog.firn.uri": uri,
    "spark.sql.catalog.firn.token": token,
    "spark.sql.catalog.firn.cache-enabled": "false",
    "spark.sql.defaultCatalog": "firn",
}
builder = SparkSession.builder.master("local[2]").appName("firn-engines")
for key, value in settings.items():
    builder = builder.config(key, value)
spark = builder.getOrCreate()


def shaped(value):
    """A value of a Row, with structs and maps told apart."""
    if isinstance(value, Row):
        return Struct(shaped(one) for one in value)
    if isinstance(value, dict):
        return Map((shaped(key), shaped(one)) for key, one in value.items())
    if isinstance(value, list):
        return [shaped(one) for one in value]
    return value


def sql(text):
    """The rows of a statement, with long integers as text."""
    rows = spark.sql(text).collect()
    return [{key: str(one) if isinstance(one, int) else one for key, one in row.asDict().items()} for row in rows]


def read(text):
    return digest([[shaped(one) for one in row] for row in spark.sql(text).collect()])


serve({"sql": sql, "read": read})
spark.stop()
