"""A Spark session with Iceberg, and its rows as peer.py tells them apart."""

import os

from peer import Map, Struct
from pyspark.sql import Row, SparkSession


def open_session(jar, folder, name, catalog):
    """A local session whose default catalog is `name`, with that catalog's settings."""
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
        f"spark.sql.catalog.{name}": "org.apache.iceberg.spark.SparkCatalog",
        **{f"spark.sql.catalog.{name}.{key}": value for key, value in catalog.items()},
        f"spark.sql.catalog.{name}.cache-enabled": "false",
        "spark.sql.defaultCatalog": name,
    }
    builder = SparkSession.builder.master("local[2]").appName("firn-engines")
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def shaped(value):
    """A value of a Row, with structs and maps told apart."""
    if isinstance(value, Row):
        return Struct(shaped(one) for one in value)
    if isinstance(value, dict):
        return Map((shaped(key), shaped(one)) for key, one in value.items())
    if isinstance(value, list):
        return [shaped(one) for one in value]
    return value
