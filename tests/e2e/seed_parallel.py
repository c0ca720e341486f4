"""seed_parallel.py FOLDER: a data folder with what the tests of Parallel's client ask for by name: scripts/parallel-suite.

A run, a group and a monitor are made through the API, as any client would, and get those ids in the file afterwards.
"""
import pathlib
import sqlite3
import sys
import time

from support import ASK, HERE, Server, footnote

IDS = {"runs": "run_id", "groups": "taskgroup_id", "monitors": "monitor_id"}


def seed(folder):
    assert footnote("index", "add", HERE / "pages.jsonl", data=folder).returncode == 0
    server = Server(folder, folder / "seed.log", "--no-auth", "--encoder", "none")
    group = server.post({}, "/v1/tasks/groups").json()["taskgroup_id"]
    run, = server.post({"inputs": [{"input": ASK, "processor": "pro"}]}, f"/v1/tasks/groups/{group}/runs").json()["run_ids"]
    assert server.call("GET", f"/v1/tasks/runs/{run}/result").status == 200
    made = {"runs": run, "groups": group}
    monitor = server.post({"type": "event_stream", "frequency": "1d", "settings": {"query": ASK}}, "/v1/monitors")
    if monitor.status == 201:
        made["monitors"] = monitor.json()["monitor_id"]
        wait_for_run(server, made["monitors"])
    assert server.stop() == 0
    file = sqlite3.connect(folder / "tasks.db")
    for table, before in made.items():
        assert file.execute(f"UPDATE {table} SET id = ? WHERE id = ?", (IDS[table], before)).rowcount == 1
    file.commit()
    file.close()


def wait_for_run(server, monitor):
    until = time.monotonic() + 20
    while not server.call("GET", f"/v1/monitors/{monitor}").json().get("last_run_at") and time.monotonic() < until:
        time.sleep(0.05)


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    seed(folder)
