"""What programs of other engines have in common: one JSON request a line from standard input, one answer a line."""

import hashlib
import json
import struct
import sys
import uuid
from datetime import date, datetime, time, timezone
from decimal import Decimal

marker = "@@answer "


def canonical(value):
    """A value as row-hash.ts has it: numbers as text, structs as lists of values, maps as sorted lists of pairs."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return "NaN" if value != value else struct.pack(">d", value).hex()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            value = value.astimezone(timezone.utc).replace(tzinfo=None)
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    if isinstance(value, Map):
        pairs = [[canonical(key), canonical(one)] for key, one in value]
        return sorted(pairs, key=lambda pair: text(pair[0]).encode())
    if isinstance(value, Struct):
        return [canonical(one) for one in value]
    return [canonical(one) for one in value]


class Struct(list):
    """Values of a struct's fields, in order."""


class Map(list):
    """Pairs of a map."""


def text(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def digest(rows):
    """Count and hash of rows (lists of values), whatever their order, and the first of them to look at."""
    lines = [text(canonical(Struct(row))) for row in rows]
    hashes = sorted(hashlib.sha256(line.encode()).hexdigest() for line in lines)
    whole = hashlib.sha256("\n".join(hashes).encode()).hexdigest()
    return {"rows": len(lines), "hash": whole, "first": sorted(lines, key=str.encode)[:5]}


def serve(operations):
    """Answers requests `{"do": name, …arguments}` until the input ends."""
    for line in sys.stdin:
        request = json.loads(line)
        name = request.pop("do")
        try:
            answer = {"result": operations[name](**request)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"[:2000]}
        print(marker + json.dumps(answer, default=str), flush=True)
