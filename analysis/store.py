"""Reading results/steepest.db for figures. The tables are described in docs/database.md."""
import difflib
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pandas as pd


class StoreError(Exception):
    """One message for the user; the scripts print it and end with status 2."""


@dataclass
class Study:
    id: int
    name: str
    title: str
    definition: dict

    @property
    def report(self) -> dict:
        return self.definition.get("report") or {}


def connect(path):
    """Opens the database so that nothing can be written. A file in a folder without write permission works too."""
    path = Path(path)
    if not path.is_file():
        raise StoreError(f"database {path}: there is no such file; `steepest run STUDY` makes it")
    uri = "file:" + quote(str(path.absolute()))
    try:
        connection = _opened(uri + "?mode=ro")
    except sqlite3.OperationalError:
        if Path(f"{path}-wal").exists():
            raise StoreError(f"database {path}: cannot be read; check the permissions of the file and of its folder") from None
        connection = _opened(uri + "?mode=ro&immutable=1")
    except sqlite3.DatabaseError as error:
        raise StoreError(f"database {path}: not a database of steepest ({error})") from None
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not {"study", "run", "study_run", "param", "metric"} <= tables:
        raise StoreError(f"database {path}: not a database of steepest (it lacks its tables)")
    return connection


def _opened(uri):
    connection = sqlite3.connect(uri, uri=True, timeout=10)
    connection.execute("SELECT count(*) FROM sqlite_master")
    return connection


def studies(connection):
    rows = connection.execute("SELECT id, name, title, definition FROM study ORDER BY name")
    return [Study(number, name, title, json.loads(definition)) for number, name, title, definition in rows]


def study(connection, name):
    known = {item.name: item for item in studies(connection)}
    if name in known:
        return known[name]
    nearest = difflib.get_close_matches(name, known, 1)
    hint = f" Did you mean {nearest[0]}?" if nearest else ""
    raise StoreError(f"study {name}: not in the database; there is {', '.join(known) or 'none'}.{hint}")


def scales(connection, item):
    """The scales at which a study is planned, the most recent first."""
    rows = connection.execute("SELECT scale FROM study_run WHERE study_id = ? GROUP BY scale "
                              "ORDER BY max(planned_at) DESC, scale", (item.id,))
    return [scale for (scale,) in rows]


def runs(connection, item, scale, keys, metric):
    """One row a run: run_id, status, seed, `value` (the last of the metric, NaN if none), and a column for each dotted key."""
    columns = "".join(f", (SELECT value FROM param WHERE run_id = run.id AND key = ?{i + 4})" for i in range(len(keys)))
    sql = ("SELECT run.id, run.status, run.seed, (SELECT value FROM metric WHERE run_id = run.id AND name = ?3 "
           f"ORDER BY step DESC LIMIT 1){columns} FROM study_run JOIN run ON run.id = study_run.run_id "
           "WHERE study_run.study_id = ?1 AND study_run.scale = ?2 ORDER BY study_run.ordinal")
    rows = connection.execute(sql, (item.id, scale, metric, *keys)).fetchall()
    frame = pd.DataFrame(rows, columns=["run_id", "status", "seed", "value", *keys])
    frame["value"] = pd.to_numeric(frame["value"])
    if frame.empty:
        raise _no_runs(connection, item, scale)
    return frame


def cells(connection, item, scale, metric):
    """One row a run: run_id, status, seed, `value` (the last of the metric), `cell` (its swept keys), `corpus`."""
    sql = ("SELECT run.id, run.status, run.seed, (SELECT value FROM metric WHERE run_id = run.id AND name = ?3 ORDER BY step DESC LIMIT 1), "
           "study_run.cell, (SELECT value FROM param WHERE run_id = run.id AND key = 'data.name') "
           "FROM study_run JOIN run ON run.id = study_run.run_id "
           "WHERE study_run.study_id = ?1 AND study_run.scale = ?2 ORDER BY study_run.ordinal")
    frame = pd.DataFrame(connection.execute(sql, (item.id, scale, metric)).fetchall(),
                         columns=["run_id", "status", "seed", "value", "cell", "corpus"])
    frame["value"] = pd.to_numeric(frame["value"])
    frame["cell"] = [json.loads(cell) for cell in frame["cell"]]
    if frame.empty:
        raise _no_runs(connection, item, scale)
    return frame


def metric(connection, run_id, name):
    """Every value of one metric of a run: columns step, value."""
    rows = connection.execute("SELECT step, value FROM metric WHERE run_id = ? AND name = ? ORDER BY step", (int(run_id), name)).fetchall()
    return pd.DataFrame(rows, columns=["step", "value"])


def check_finished(frame, item, scale, results=("completed",)):
    """Complains if none of the runs has ended with one of the results: there is nothing to draw."""
    if not frame["status"].isin(results).any():
        raise StoreError(f"study {item.name}: none of its {len(frame)} runs at scale {scale} is {' or '.join(results)}; "
                         f"`steepest run {item.name} --scale {scale}` runs them")


def _no_runs(connection, item, scale):
    planned = ", ".join(scales(connection, item))
    return StoreError(f"study {item.name}: no runs at scale {scale}" + (f"; there are some at {planned}" if planned else ""))
