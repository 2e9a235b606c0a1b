"""Plans one scan cold with PyIceberg. Arguments: metadata file, case. Prints seconds without the imports, and files."""

import json
import sys
import time

from pyiceberg.table import StaticTable

location, name = sys.argv[1:3]
day = "year = 2025 and month = 7 and day = 15"
filters = {
    "all": "",
    "day": day,
    "hour": day + " and hour = 13",
    "user": "user_id = 'user-00350003'",
}
started = time.perf_counter()
table = StaticTable.from_metadata(location)
text = filters[name]
scan = table.scan(row_filter=text) if text else table.scan()
planned = len(list(scan.plan_files()))
print(json.dumps({"seconds": time.perf_counter() - started, "planned": planned}))
