"""One of several writers of a table, for concurrency.engine.test.ts: as firn-peer.ts has it."""

import time


class Refused(Exception):
    """Nothing was committed."""


class Unsure(Exception):
    """It may or may not have been committed."""


# So that the slowest has its turn, too.
pause_seconds = 0.25
cycle = ["append", "append", "delete", "append", "delete", "compact"]


def work_for(seconds, first, operations):
    """
    Does one operation after the other with rows of its own, whose ids begin at `first`. Returns what became of each: `done`,
    `refused` or `unsure`, with its name, which the snapshots it made have as `operation-name`.
    """
    start = time.monotonic()
    steps, live, next_id = [], [], int(first)

    def unfinished():
        elapsed = time.monotonic() - start
        done = {step["kind"] for step in steps if step["outcome"] == "done"}
        # On a busy machine the slowest may need longer for its first of each.
        return elapsed < seconds or (elapsed < 3 * seconds and not {"append", "delete"} <= done)

    while unfinished():
        kind = cycle[len(steps) % len(cycle)]
        name = f"{first}-{len(steps)}"
        ids = []
        if kind == "append":
            ids = list(range(next_id, next_id + 10))
            next_id += 10
        elif kind == "delete":
            ids = live[::7]
        step = {"name": name, "kind": kind, "ids": ids, "outcome": "done"}
        try:
            if kind in operations and (ids or kind == "compact"):
                operations[kind](ids, name)
            else:
                step["outcome"] = "skipped"
        except (Refused, Unsure) as error:
            step["outcome"] = type(error).__name__.lower()
            step["reason"] = str(error)[:300]
        if kind == "append" and step["outcome"] == "done":
            live += ids
        if kind == "delete" and step["outcome"] in ("done", "unsure"):
            live = [one for one in live if one not in ids]
        steps.append(step)
        time.sleep(pause_seconds)
    return steps
