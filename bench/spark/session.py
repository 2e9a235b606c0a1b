"""A Spark session on two cores with an Iceberg catalog `bench` in a local folder."""

import os

from pyspark.sql import SparkSession


def open_session(jar: str, folder: str, more: dict[str, str] | None = None) -> SparkSession:
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    folder = os.path.abspath(folder)
    settings = {
        "spark.jars": jar,
        "spark.driver.memory": "6g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.local.dir": os.path.join(folder, "tmp"),
        "spark.sql.warehouse.dir": os.path.join(folder, "spark-warehouse"),
        "spark.sql.session.timeZone": "Asia/Seoul",
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.sql.catalog.bench": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.bench.type": "hadoop",
        "spark.sql.catalog.bench.warehouse": "file://" + os.path.join(folder, "warehouse"),
        "spark.sql.catalog.bench.cache-enabled": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("firn-bench")
    for key, value in {**settings, **(more or {})}.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()
