"""Schemas of tests and rows for them: the value of a column in row `i` is the same in every run."""

import datetime
import decimal
import uuid

import pyarrow as pa
from peer import Map, Struct
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import DayTransform, IdentityTransform
from pyiceberg.types import (
    BinaryType,
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    FixedType,
    FloatType,
    IntegerType,
    ListType,
    LongType,
    MapType,
    NestedField,
    StringType,
    StructType,
    TimestampType,
    TimestamptzType,
    TimeType,
    UUIDType,
)

point = StructType(NestedField(40, "x", IntegerType()), NestedField(41, "y", StringType()))
schemas = {
    "people": Schema(
        NestedField(1, "id", LongType(), required=True),
        NestedField(2, "name", StringType()),
        NestedField(3, "at", TimestamptzType()),
        NestedField(4, "age", IntegerType()),
        NestedField(5, "point", point),
        identifier_field_ids=[1],
    ),
    "types": Schema(
        NestedField(1, "id", LongType(), required=True),
        NestedField(2, "a_boolean", BooleanType()),
        NestedField(3, "an_int", IntegerType()),
        NestedField(4, "a_float", FloatType()),
        NestedField(5, "a_double", DoubleType()),
        NestedField(6, "a_decimal", DecimalType(9, 2)),
        NestedField(7, "a_wide_decimal", DecimalType(38, 10)),
        NestedField(8, "a_date", DateType()),
        NestedField(9, "a_time", TimeType()),
        NestedField(10, "a_timestamp", TimestampType()),
        NestedField(11, "a_timestamptz", TimestamptzType()),
        NestedField(12, "a_string", StringType()),
        NestedField(13, "a_uuid", UUIDType()),
        NestedField(14, "a_fixed", FixedType(5)),
        NestedField(15, "a_binary", BinaryType()),
        NestedField(16, "a_list", ListType(30, StringType(), element_required=False)),
        NestedField(17, "a_list_of_structs", ListType(31, point, element_required=False)),
        NestedField(18, "a_map", MapType(32, StringType(), 33, LongType(), value_required=False)),
        NestedField(19, "a_struct", point),
    ),
}
specs = {
    "none": PartitionSpec(),
    "day": PartitionSpec(PartitionField(3, 1000, DayTransform(), "at_day")),
    "name": PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "name")),
}


def moment_of(i):
    """Every third before 1970, since what is before the epoch is rounded down, too."""
    year = 1964 if i % 3 == 2 else 2024
    return datetime.datetime(year, 2, 28, 22, 30, 0, 123456) + datetime.timedelta(hours=i)


def value_of(kind, i):
    """The value of a type in row `i`."""
    if isinstance(kind, BooleanType):
        return i % 2 == 0
    if isinstance(kind, IntegerType):
        return i * 1000 - 5
    if isinstance(kind, LongType):
        return i
    if isinstance(kind, FloatType):
        return i / 4
    if isinstance(kind, DoubleType):
        return [i / 3, float("nan"), float("-inf"), -0.0][i % 4]
    if isinstance(kind, DecimalType):
        return decimal.Decimal(i * 7 - 50).scaleb(-kind.scale)
    if isinstance(kind, DateType):
        return datetime.date(1969, 12, 30) + datetime.timedelta(days=i)
    if isinstance(kind, TimeType):
        return datetime.time(i % 24, 59, 0, i)
    if isinstance(kind, TimestampType):
        return moment_of(i)
    if isinstance(kind, TimestamptzType):
        return moment_of(i).replace(tzinfo=datetime.timezone.utc)
    if isinstance(kind, StringType):
        return ["눈", "ice", "a 'b' \"c\" \\"][i % 3]
    if isinstance(kind, UUIDType):
        return uuid.UUID(int=i * 2**70 + 1).bytes
    if isinstance(kind, FixedType):
        return bytes((i + k) % 256 for k in range(len(kind)))
    if isinstance(kind, BinaryType):
        return bytes([i % 256, 0, 92, 255]) * (i % 3)
    if isinstance(kind, ListType):
        return [optional(kind.element_type, i + k) for k in range(i % 4)]
    if isinstance(kind, MapType):
        return [(f"k{k}", optional(kind.value_type, i + k)) for k in range(i % 3)]
    return {field.name: optional(field.field_type, i) for field in kind.fields}


def optional(kind, i):
    return None if i % 7 == 6 else value_of(kind, i)


def rows_of(schema, ids):
    rows = [
        {
            field.name: value_of(field.field_type, i) if field.required else optional(field.field_type, i + index)
            for index, field in enumerate(schema.fields)
        }
        for i in range(*ids)
    ]
    return pa.Table.from_pylist(rows, schema=schema.as_arrow())


def shaped(kind, value):
    """A value of Arrow, with structs and maps told apart."""
    if value is None:
        return None
    if isinstance(kind, StructType):
        return Struct(shaped(field.field_type, value[field.name]) for field in kind.fields)
    if isinstance(kind, ListType):
        return [shaped(kind.element_type, one) for one in value]
    if isinstance(kind, MapType):
        return Map((shaped(kind.key_type, key), shaped(kind.value_type, one)) for key, one in value)
    if isinstance(kind, UUIDType) and isinstance(value, bytes):
        return uuid.UUID(bytes=value)
    return value
