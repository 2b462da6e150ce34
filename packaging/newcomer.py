"""What packaging/test-newcomer needs of the world: who holds ports as systemd does, a mail server, a visitor.

    newcomer.py wait PORT...                       until somebody listens on each
    newcomer.py mail PORT                          takes every letter
    newcomer.py hold PORT... -- COMMAND...         holds the ports over restarts of the command (HUP), ends it (TERM)
    newcomer.py page PATH --ca FILE                until the page comes with a certificate that verifies
    newcomer.py sign-in EMAIL PASSWORD --ca FILE   and a page behind it
    newcomer.py restart HOLDER --ca FILE           visits all the time while the holder restarts the service
"""
import http.client
import http.cookiejar
import os
import re
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

SITE = "https://crm.company.test"


def wait(*ports):
    for port in ports:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", int(port)), 5).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            sys.exit(f"nobody listens on {port}")


def mail(port):
    listener = socket.create_server(("127.0.0.1", int(port)))
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=letter, args=(connection,), daemon=True).start()


def letter(connection):
    with connection, connection.makefile("rwb") as line:
        say = lambda words: (line.write(words + b"\r\n"), line.flush())
        say(b"220 trial")
        while command := line.readline():
            verb = command[:4].upper()
            if verb == b"DATA":
                say(b"354 go on")
                while line.readline() not in (b".\r\n", b""):
                    pass
            say(b"221 bye" if verb == b"QUIT" else b"250 fine")


def hold(ports, command):
    for number, port in enumerate(ports, 3):
        held = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        held.bind(("::", int(port)))
        held.listen(1024)
        os.dup2(held.detach(), number)
    line = "exec " + shlex.join(command).replace("LISTEN_PID=self", "LISTEN_PID=$$")
    told = []
    for one in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, lambda number, _: told.append(number))

    def start():
        return subprocess.Popen(["sh", "-c", line], pass_fds=range(3, 3 + len(ports)))

    child = start()
    while True:
        time.sleep(0.05)
        if child.poll() is not None:
            sys.exit("the service ended by itself")
        if told:
            child.terminate()
            if child.wait():
                sys.exit(f"the service ended with {child.returncode}")
            if told.pop(0) == signal.SIGTERM:
                return
            child = start()


def trusting(ca):
    """Trusts what pebble signs with, which it tells to whoever trusts the trial's authority."""
    root = urllib.request.urlopen("https://localhost:15000/roots/0", context=ssl.create_default_context(cafile=ca), timeout=10)
    return ssl.create_default_context(cadata=root.read().decode())


def page(path, ca):
    context = trusting(ca)
    until, last = time.monotonic() + 120, None
    while time.monotonic() < until:
        try:
            answer = urllib.request.urlopen(SITE + path, context=context, timeout=10)
            assert answer.status == 200 and b"password" in answer.read()
            assert "max-age=" in answer.headers["Strict-Transport-Security"]
            return
        except OSError as error:
            last = error
            time.sleep(0.1)
    sys.exit(f"no page: {last}")


def sign_in(email, password, ca):
    browser = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=trusting(ca)), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = browser.open(SITE + "/login").read().decode()
    token = re.search(r'name="csrf"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf"', form)
    fields = {"csrf": token.group(1) or token.group(2), "email": email, "password": password}
    browser.open(SITE + "/login", urllib.parse.urlencode(fields).encode())
    clients = browser.open(SITE + "/clients")
    assert clients.status == 200 and clients.url == SITE + "/clients", clients.url
    print("signed in")


def restart(holder, ca):
    context, stop, visits, failed = trusting(ca), threading.Event(), [], []

    def visit():
        while not stop.is_set():
            try:
                connection = http.client.HTTPSConnection("crm.company.test", context=context, timeout=30)
                connection.request("GET", "/healthz")
                visits.append(connection.getresponse().status)
                connection.close()
            except (OSError, http.client.HTTPException) as error:
                failed.append(repr(error))
            time.sleep(0.02)

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    [visitor.start() for visitor in visitors]
    for _ in range(3):
        time.sleep(2)
        os.kill(int(holder), signal.SIGHUP)
    time.sleep(4)
    stop.set()
    [visitor.join() for visitor in visitors]
    if failed or set(visits) != {200} or len(visits) < 20:
        sys.exit(f"{len(visits)} visits, refused: {failed[:5]}")
    print(f"{len(visits)} visits over three restarts, none refused")


def main(what, *rest):
    rest, ca = list(rest), None
    if "--ca" in rest:
        at = rest.index("--ca")
        ca = rest[at + 1]
        del rest[at:at + 2]
    if what == "hold":
        at = rest.index("--")
        hold(rest[:at], rest[at + 1:])
    elif what in ("wait", "mail"):
        {"wait": wait, "mail": mail}[what](*rest)
    else:
        {"page": page, "sign-in": sign_in, "restart": restart}[what](*rest, ca)


if __name__ == "__main__":
    main(*sys.argv[1:])
