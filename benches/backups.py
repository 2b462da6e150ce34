#!/usr/bin/env python3
"""What a backup, its proof and a restore take, and what people notice of them meanwhile.

    python3 benches/backups.py --program target/release/kartoteka [--clients 100000] [--folder DIR] [--import-rows N]

Makes a demo firm (or takes the one in DIR/data), serves it, asks for list pages one after the other with a pause between
them, as people do, and orders a backup meanwhile. Prints times, the peak memory of the server above what it held idle, and
the latency of the pages with and without the backup; then restores the archive, and brings the rows of an export into an
empty firm. Nothing here passes or fails: compare the figures of two programs on the same quiet machine.
"""

import argparse
import http.client
import os
import re
import resource
import subprocess
import tempfile
import threading
import time
import urllib.parse

PASSWORD = "Zielony-Traktor-4821-pod-lasem"
PAGES = ["/clients", "/clients?sort=address.city", "/clients?sort=-created_at&page=7", "/clients?status=active&tag=hurt"]


def run(program, *arguments, stdin=None):
    """Runs a command to its end; seconds and peak memory in MB."""
    began = time.monotonic()
    child = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if stdin:
        child.stdin.write(stdin.encode())
    child.stdin.close()
    out = child.stdout.read().decode()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{arguments} ended with {child.returncode}: {out}")
    return time.monotonic() - began, used.ru_maxrss / 1024, out


def status(pid, name):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith(name))


class Browser:
    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        page, head = self.ask("GET", "/login")
        csrf = re.search(r'name="csrf" value="([^"]*)', page).group(1)
        form = head.get("set-cookie").split(";")[0]
        body = urllib.parse.urlencode({"csrf": csrf, "email": "owner@demo.test", "password": PASSWORD})
        _, head = self.ask("POST", "/login", body, {"Cookie": form, "Content-Type": "application/x-www-form-urlencoded"})
        self.cookie = next(value.split(";")[0] for name, value in head.items() if name.lower() == "set-cookie" and "session=" in value)

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        return answer.read().decode(errors="replace"), answer.headers

    def times(self, going_on, pause):
        """Milliseconds of each page, as long as `going_on` says."""
        times, at = [], 0
        while going_on():
            began = time.perf_counter()
            self.ask("GET", PAGES[at % len(PAGES)], headers={"Cookie": self.cookie})
            times.append((time.perf_counter() - began) * 1000)
            at += 1
            time.sleep(pause)
        return times


def share(times, part):
    times = sorted(times)
    return times[int((len(times) - 1) * part)] if times else float("nan")


def told(what, times):
    print(f"{what}: {len(times)} pages, p50 {share(times, .5):.1f} ms, p99 {share(times, .99):.1f} ms, longest {max(times):.1f} ms", flush=True)


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--program", required=True)
    asked.add_argument("--clients", type=int, default=100_000)
    asked.add_argument("--folder")
    asked.add_argument("--idle", type=float, default=20, help="seconds of pages without a backup")
    asked.add_argument("--pause", type=float, default=0.02, help="seconds between two pages")
    asked.add_argument("--import-rows", type=int, default=0)
    asked = asked.parse_args()
    program = os.path.abspath(asked.program)
    holder = tempfile.TemporaryDirectory() if asked.folder is None else None
    folder = asked.folder or holder.name
    data, targets = f"{folder}/data", f"{folder}/target"
    os.makedirs(targets, exist_ok=True)
    if not os.path.exists(data):
        took, peak, _ = run(program, "--data", data, "demo", "--no-serve", "--password-stdin", "--clients", str(asked.clients), stdin=PASSWORD + "\n")
        print(f"demo firm of {asked.clients}: {took:.1f} s, {peak:.0f} MB", flush=True)
    config = f"{folder}/bench.toml"
    with open(config, "w") as file:
        file.write(f'[limits]\nrequests_per_minute = 0\n[backup]\ndaily_at = "03:00"\n[[backup.target]]\nname = "disk"\nkind = "local"\npath = "{targets}"\n')
    server = subprocess.Popen([program, "--data", data, "--config", config, "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        port = int(server.stdout.readline().strip().rsplit(":", 1)[1])
        browser = Browser(port)
        until = time.monotonic() + asked.idle
        idle_times = browser.times(lambda: time.monotonic() < until, asked.pause)
        told("idle", idle_times)
        idle = status(server.pid, "VmRSS")
        with open(f"/proc/{server.pid}/clear_refs", "w") as file:
            file.write("5")  # The peak is counted from here.
        done = {}

        def back_up():
            done["run"] = run(program, "--data", data, "--config", config, "backup", "run")

        thread = threading.Thread(target=back_up)
        thread.start()
        times = browser.times(thread.is_alive, asked.pause)
        thread.join()
        took, _, out = done["run"]
        peak = status(server.pid, "VmHWM")
        archive = max((entry for entry in os.scandir(targets) if entry.name.endswith(".age")), key=lambda entry: entry.stat().st_mtime)
        print(f"backup made and proved: {took:.1f} s, {archive.stat().st_size / 1e6:.0f} MB; server {idle:.0f} MB idle, peak {peak:.0f} MB, {peak - idle:.0f} MB above idle, {status(server.pid, 'VmRSS'):.0f} MB after", flush=True)
        told("meanwhile", times)
        print(f"p99 meanwhile / idle: {share(times, .99) / share(idle_times, .99):.2f}", flush=True)
        run_of = run(program, "--data", data, "--config", config, "backup", "list")[2]
        print(run_of.strip().splitlines()[-1][:300])
    finally:
        server.terminate()
        server.wait()
    key = f"{data}/backup.key"
    into = f"{folder}/restored-{os.getpid()}"
    took, peak, _ = run(program, "restore", archive.path, "--into", into, "--key-file", key)
    print(f"restored: {took:.1f} s, {peak:.0f} MB", flush=True)
    subprocess.run(["rm", "-rf", into], check=True)
    if asked.import_rows:
        import_rows(program, folder, asked.import_rows)


def import_rows(program, folder, rows):
    source, firm, sheet = f"{folder}/source-{rows}", f"{folder}/firm-{os.getpid()}", f"{folder}/rows-{rows}.csv"
    if not os.path.exists(sheet):
        run(program, "--data", source, "demo", "--no-serve", "--password-stdin", "--clients", str(rows), stdin=PASSWORD + "\n")
        run(program, "--data", source, "export", "clients", "--out", sheet, "--as", "owner@demo.test")
    run(program, "--data", firm, "init", "--email", "owner@demo.test", "--name", "O", "--password-stdin", stdin=PASSWORD + "\n")
    for what in ["new", "all there"]:
        took, peak, _ = run(program, "--data", firm, "import", "clients", sheet, "--as", "owner@demo.test")
        print(f"import of {rows} rows, {what}: {took:.1f} s, {rows / took:.0f} rows/s, {peak:.0f} MB", flush=True)
    subprocess.run(["rm", "-rf", firm], check=True)


if __name__ == "__main__":
    main()
