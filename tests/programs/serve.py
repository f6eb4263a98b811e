#!/usr/bin/env python3
"""galley serve as a browser and an editor meet it: pages, files, what is refused, changes, errors, the end."""
import glob
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

TOP = os.environ.get("TOP") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GALLEY = os.environ.get("GALLEY") or os.path.join(TOP, "build", "galley")
PATIENCE = 120  # a busy machine is no mistake
work = os.path.join(os.environ.get("TMPDIR", "/tmp"), "serve")
temporary = os.path.join(work, "temporary")
os.makedirs(temporary)
os.chdir(work)
failed = False


def check(name, good, why=""):
    global failed
    if good:
        print("ok - " + name)
    else:
        failed = True
        print("not ok - %s: %s" % (name, why or "it does not hold"))


about = subprocess.run([GALLEY, "doctor"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
if re.search(r"libmicrohttpd +missing", about):
    print("skip - galley serve: this galley was built without libmicrohttpd")
    sys.exit(0)


def write(name, text):
    """At once, so that a busy machine has no time to build what is half written."""
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(".half", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(".half", name)


def write_in_place(name, text):
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)


def article(title, body="Words.", more=""):
    return "---\ntitle: %s\n%s---\n\n%s\n" % (title, more, body)


class Server:
    """A galley serve with an event stream, as a page has one."""

    def __init__(self, *options, site="site", begin=True, listen=True):
        environment = dict(os.environ, TMPDIR=temporary)
        self.log, self.states, self.stream = "", [], None
        self.changed = threading.Condition()
        self.process = subprocess.Popen([GALLEY, "serve", site, *options], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=environment)
        threading.Thread(target=self.read_log, daemon=True).start()
        if begin:
            self.wait(lambda: re.search(r"^Serving .* at (http\S+)", self.log, re.M) or self.process.poll() is not None, "the address")
            self.address = re.search(r"^Serving .* at (http://([^:/]+):(\d+)(\S*)/)", self.log, re.M)
            self.port = int(self.address[3])
            if listen:
                self.stream = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
                self.stream.request("GET", "/.galley/events")
                self.answer = self.stream.getresponse()
                threading.Thread(target=self.read_stream, daemon=True).start()
                self.wait(lambda: self.states, "the first state")

    def read_log(self):
        for line in self.process.stderr:
            with self.changed:
                self.log += line
                self.changed.notify_all()

    def read_stream(self):
        try:
            for line in self.answer:
                if line.startswith(b"data: "):
                    with self.changed:
                        self.states.append(json.loads(line[6:]))
                        self.changed.notify_all()
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            pass  # the server has ended

    def shows(self, path, bytes):
        """Holds when the page has these bytes; a burst may be built in parts."""
        return lambda state: bytes in self.get(path).bytes

    def wait(self, holds, what, patience=PATIENCE):
        end = time.monotonic() + patience
        with self.changed:
            while not holds():
                if not self.changed.wait(min(0.2, end - time.monotonic())) and time.monotonic() >= end:
                    raise TimeoutError("%s did not come in %d s\n%s" % (what, patience, self.log))

    def after(self, change, holds=lambda state: True, what="a change"):
        """Makes a change, gives the first state after it that holds."""
        seen = len(self.states)
        change()
        self.wait(lambda: any(holds(state) for state in self.states[seen:]), what)
        return next(state for state in self.states[seen:] if holds(state))

    def says(self, pattern, begun=0, patience=PATIENCE):
        """Whether the terminal comes to show it, from a place in the log on."""
        try:
            self.wait(lambda: re.search(pattern, self.log[begun:], re.M), pattern, patience)
        except TimeoutError:
            return False
        return True

    def get(self, path, method="GET", body=True, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        answer.bytes = answer.read()
        connection.close()
        return answer

    def raw(self, request):
        parts = []
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            try:
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
                while not parts or parts[-1]:
                    parts.append(connection.recv(65536))
            except ConnectionError:
                pass  # it may leave a request that it refuses unread
        return b"".join(parts)

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        try:
            status = self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "still there"
        return status


def children(process):
    found = []
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path) as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process:
            found.append(int(path.split("/")[2]))
    return found


FRONT = "title: Small\nlayout: own\nplugins: []\n"
write("site/galley.yaml", FRONT)
write("site/content/a.md", article("First"))
write("site/content/news/b.md", article("Second"))
write("site/content/draft.md", article("Unfinished", more="status: draft\n"))
write("site/content/clip.mp4", "0123456789" * 1000)
write("site/static/style.css", "body { color: black }\n")
write("site/static/other/ünï cödé.txt", "text")
write("site/layouts/page.html", "<!doctype html><title>{{ article.title }}</title><link rel=stylesheet href=/style.css>"
      "<h1>{{ article.title }}</h1>{{ raw(article:html()) }}</html>")
write("site/layouts/gone.html", "<!doctype html><title>Gone</title><p>Not here.")
write("site/plugins/layouts/own.lua", """--- A page an article.
return { kind = "layout", name = "own", api = 1,
  page = function(article, ctx) return ctx.render("page.html", { article = article }) end,
  pages = function(corpus, ctx)
    ctx.emit{ path = "404.html", render = function() return ctx.render("gone.html", {}) end }
  end }
""")
write("secret.txt", "SECRET")

# ---- pages and files ----
server = Server("--port", "0")
built = sorted(glob.glob(temporary + "/*/site/**", recursive=True))
check("built into a folder of its own, with no draft, and not into public/",
      any(path.endswith("/a/index.html") for path in built) and not os.path.exists("site/public")
      and not any("draft" in path for path in built), str(built))
page = server.get("/a/")
with open(glob.glob(temporary + "/*/site/a/index.html")[0], "rb") as file:
    source = file.read()
check("a page is its file and one script behind it", page.status == 200 and page.bytes.startswith(source) and b"live.js" not in source
      and re.fullmatch(rb'\n<script src="/.galley/live.js\?([\w-]+)"></script>\n', page.bytes[len(source):]), page.bytes)
check("the script's mark is the build that the stream tells of", server.states[0]["build"].encode() in page.bytes and not server.states[0]["errors"])
script = server.get("/.galley/live.js")
check("the script is there", script.status == 200 and script.headers["Content-Type"] == "text/javascript; charset=utf-8" and b"EventSource" in script.bytes)
check("a page that a script fetches is its file's bytes", server.get("/a/", Sec_Fetch_Dest="empty").bytes == source)
check("nothing is kept by a browser", page.headers["Cache-Control"] == "no-store")
types = {"/a/": "text/html; charset=utf-8", "/style.css": "text/css; charset=utf-8", "/clip.mp4": "video/mp4",
         "/other/%C3%BCn%C3%AF%20c%C3%B6d%C3%A9.txt": "text/plain; charset=utf-8"}
found = {path: server.get(path).headers["Content-Type"] for path in types}
check("media types, names in any script", found == types, str(found))
head = server.get("/a/", "HEAD")
check("HEAD gives the same headers and no body", head.status == 200 and head.bytes == b"" and head.headers["Content-Length"] == str(len(page.bytes)))
moved = server.get("/news/b")
check("a folder's address ends with a slash", (moved.status, moved.headers["Location"]) == (302, "/news/b/"), str(moved.headers))
moved = server.get("/news/b?q=a%20b&c=/&d&e=")
check("and keeps its query", moved.headers["Location"] == "/news/b/?q=a%20b&c=/&d&e=", str(moved.headers))
missing = server.get("/no/such")
check("what is not there is 404, with the site's own page and the script",
      missing.status == 404 and b"Not here." in missing.bytes and b"live.js" in missing.bytes, missing.bytes)
parts = {"bytes=0-9": (206, b"0123456789", "bytes 0-9/10000"), "bytes=9995-": (206, b"56789", "bytes 9995-9999/10000"),
         "bytes=-3": (206, b"789", "bytes 9997-9999/10000"), "bytes=10000-": (416, b"", "bytes */10000")}
found = {}
for part in parts:
    answer = server.get("/clip.mp4", Range=part)
    found[part] = (answer.status, answer.bytes, answer.headers["Content-Range"])
check("parts of a video", found == parts, str(found))
whole = [server.get("/clip.mp4", Range=part) for part in ("bytes=5-1", "bytes=0-1,4-5", "lines=1-2", "bytes=-", "bytes=99999999999999999999-")]
check("a range that is none gives the whole", all(answer.status == 200 and len(answer.bytes) == 10000 for answer in whole))

# ---- what is refused ----
os.symlink(os.path.join(work, "secret.txt"), os.path.join(os.path.dirname(built[1]), "link.txt"))
os.symlink(work, os.path.join(os.path.dirname(built[1]), "linked"))
write(os.path.join(os.path.dirname(built[1]), ".hidden"), "SECRET")
attempts = ["/../secret.txt", "/../../secret.txt", "/%2e%2e/%2e%2e/secret.txt", "/..%2f..%2fsecret.txt", "/a/../../../secret.txt", "/....//secret.txt",
            "/%252e%252e/secret.txt", "//" + work + "/secret.txt", "/" + work + "/secret.txt", "/..\\..\\secret.txt", "/%00/secret.txt", "/a/%00",
            "/link.txt", "/linked/secret.txt", "/.hidden", "/.galley-outputs", "/a/%zz", "/a/%e", "/%c0%ae%c0%ae/secret.txt", "secret.txt", "*",
            "http://127.0.0.1/../secret.txt", "file:///etc/passwd", "/.galley/../secret.txt", "/\x7f", "/" + "a" * 5000, "/" + "a/" * 3000]
for attempt in attempts:
    answer = server.raw(b"GET " + attempt.encode() + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    if not re.match(rb"HTTP/1\.1 (40[034]|414|431) ", answer) or b"SECRET" in answer or b"root:" in answer:
        check("refused: " + attempt[:40], False, answer[:200].decode(errors="replace"))
        break
else:
    check("%d ways out of the folder lead nowhere" % len(attempts), True)
found = {method: server.get("/a/", method).status for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH")}
check("only GET and HEAD", set(found.values()) == {405} and server.get("/a/", "POST").headers["Allow"] == "GET, HEAD", str(found))
good = ["localhost", "LOCALHOST:1", "127.0.0.1:99", "[::1]:8080", "192.168.1.5", "desk.localhost:80"]
bad = ["evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "localhost:80@evil", "", "[::1", "127.1", "notlocalhost"]
found = {host: server.get("/a/", Host=host).status for host in good + bad}
check("a name pointed at this machine is not answered", all(found[host] == 200 for host in good)
      and all(found[host] in (400, 403) for host in bad), str(found))
check("a request without a Host is not answered", b" 400 " in server.raw(b"GET /a/ HTTP/1.0\r\n\r\n")[:20])
with socket.create_connection(("127.0.0.1", server.port)) as half:
    half.sendall(b"GET /a/ HT")
    check("half a request, then nothing, stops nobody", server.get("/a/").status == 200)

# ---- changes ----
begun = len(server.log)
state = server.after(lambda: write("site/content/a.md", article("Changed")), lambda state: state["build"] != server.states[0]["build"])
check("an edit is told to the page, and there", not state["errors"] and b"<h1>Changed</h1>" in server.get("/a/").bytes and state["build"].encode() in server.get("/a/").bytes)
check("one line says what changed and how long it took",
      server.says(r"\A\d\d:\d\d:\d\d site/content/a\.md: 1 file written in \d+\.\d\d s\n\Z", begun), server.log[begun:])


def rename_save(title):
    os.rename("site/content/a.md", "site/content/a.md~")
    write_in_place("site/content/4913", "")
    os.remove("site/content/4913")
    time.sleep(0.05)
    write_in_place("site/content/.a.md.swp", "x")
    write_in_place("site/content/sed0001", article(title))
    os.rename("site/content/sed0001", "site/content/a.md")
    os.remove("site/content/a.md~")


for tries in range(12):  # a machine that is busy may stop for a while in between
    begun, seen, title = len(server.log), len(server.states), "Renamed %d" % tries
    server.after(lambda: rename_save(title), lambda state: title.encode() in server.get("/a/").bytes)
    one = len(server.states) == seen + 1 and server.says(r"\A.* site/content/a\.md: 1 file written in .*\n\Z", begun, 10)
    if one:
        break
check("an editor's renames are one change", one, server.log[begun:])
server.after(lambda: write_in_place("site/content/a.md", article("In place")), server.shows("/a/", b"In place"))
check("a file that is written anew in its place is seen", True)


def many():
    for number in range(30):
        write("site/content/deep/%d/x.md" % number, article("Deep %d" % number))


state = server.after(many, lambda state: server.get("/deep/29/x/").status == 200)
server.after(lambda: write("site/content/deep/7/x.md", article("Deeper")), server.shows("/deep/7/x/", b"Deeper"))
check("folders that came later are watched", True)
server.after(lambda: subprocess.run(["rm", "-r", "site/content/deep"]), lambda state: not state["errors"] and not glob.glob(temporary + "/*/site/deep"))
check("what is removed goes, with its pages", server.says(r"content/deep.*: .*, \d+ removed in"))
state = server.after(lambda: write("site/static/style.css", "body { color: red }\n"), lambda state: "styles" in state and b"red" in server.get("/style.css").bytes)
check("a style sheet alone is told as one", state.get("styles") == ["/style.css"] and state["previous"] != state["build"]
      and b"red" in server.get("/style.css").bytes, str(state))
state = server.after(lambda: write("site/content/a.md", article("Again")), lambda state: "styles" not in state and b"Again" in server.get("/a/").bytes)
check("and a page is not", "styles" not in state)
before = state["build"]
state = server.after(lambda: os.utime("site/content/a.md") or write("site/content/a.md", article("Again")))
check("a save that changes nothing reloads nothing", state["build"] == before)
state = server.after(lambda: write("site/layouts/page.html", "<title>T</title><h1>New layout</h1>"), server.shows("/a/", b"New layout"))
check("templates are watched", True)
state = server.after(lambda: write("site/data/x.yaml", "a: 1\n"))
check("data that comes is watched", server.says("site/data/x.yaml: "))

# ---- errors ----
good = server.get("/a/").bytes
state = server.after(lambda: write("site/layouts/page.html", "{{ <b>"), lambda state: state["errors"])
check("an error in a template is told with its place, and the pages stay",
      len(state["errors"]) == 1 and state["errors"][0]["message"].startswith("{{ never closed") and state["errors"][0]["plugin"] == "site/layouts/page.html:1:1"
      and state["errors"][0]["place"] == "site/content/a.md and 1 more" and server.get("/a/").bytes == good, str(state))
state = server.after(lambda: write("site/layouts/page.html", "<h1>{{ article.title }}</h1>"), lambda state: not state["errors"])
check("the next good build takes it back", b"<h1>Again</h1>" in server.get("/a/").bytes)
begun = len(server.log)
state = server.after(lambda: write("site/content/a.md", '---\ntitle: "<script>alert(1)</script>\n---\n\nx\n'), lambda state: state["errors"])
check("an article with an error keeps its page; it is named in the browser and the terminal",
      re.match(r"site/content/a\.md:\d+:\d+$", state["errors"][0]["place"]) and b"<h1>Again</h1>" in server.get("/a/").bytes
      and server.says(re.escape(state["errors"][0]["place"] + ": error: "), begun), str(state))
before = state["build"]
state = server.after(lambda: write("site/content/news/b.md", article("Meanwhile")))
check("and all pages are the last good build's", state["errors"] and state["build"] == before and b"<h1>Second</h1>" in server.get("/news/b/").bytes)
server.after(lambda: write("site/content/a.md", article("Mended")), lambda state: not state["errors"])
check("until the next", b"Mended" in server.get("/a/").bytes and b"Meanwhile" in server.get("/news/b/").bytes)
write("site/plugins/filters/long.lua", """--- Takes its time.
return { kind = "filter", name = "long", api = 1, article = function(article) if article.path == "news/b.md" then for i = 1, 2e8 do end end end }
""")
begun = len(server.log)
write("site/galley.yaml", FRONT.replace("[]", "[long]") + "limits: { seconds: 100 }\n")
server.says(r"site/galley.yaml.*: 0 files written", begun)
for tries in range(6):  # a machine that is busy may end the build before the second change
    begun, seen, title = len(server.log), len(server.states), "Right at last %d" % tries
    write("site/content/a.md", article("[x"))
    server.wait(lambda: children(server.process.pid) or len(server.states) > seen, "the build of the error")
    time.sleep(0.3)  # it is read by now
    write("site/content/a.md", article(title))
    server.wait(lambda: title.encode() in server.get("/a/").bytes, "the next build")
    overtaken = not any(state["errors"] for state in server.states[seen:]) and server.says(r"\A.*site/content/a.md: 1 file written.*\n\Z", begun, 10)
    if overtaken:
        break
check("errors that a change has overtaken are not told", overtaken, server.log[begun:])
state = server.after(lambda: write("site/galley.yaml", FRONT + "titel: x\n"), lambda state: state["errors"])
check("a misspelt setting is told", state["errors"][0]["place"] == "site/galley.yaml:4:1" and "did you mean 'title'" in state["errors"][0]["message"], str(state))
state = server.after(lambda: write("site/galley.yaml", FRONT + "content: elsewhere\n") or write("site/elsewhere/c.md", article("Third")),
                     server.shows("/c/", b"Third"))
check("another content folder", server.get("/a/").status == 404)
server.after(lambda: write("site/elsewhere/c.md", article("Fourth")), server.shows("/c/", b"Fourth"))
check("is watched in its turn", True)

# ---- the end ----
pages = []
for number in range(40):  # browsers that leave without a word
    page = socket.create_connection(("127.0.0.1", server.port))
    page.sendall(b"GET /.galley/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    pages.append(page)
for page in pages:
    page.recv(100)
opened = len(os.listdir("/proc/%d/fd" % server.process.pid))
for page in pages:
    page.close()
end = time.monotonic() + PATIENCE
while len(os.listdir("/proc/%d/fd" % server.process.pid)) > opened - 40 and time.monotonic() < end:
    time.sleep(0.02)
check("connections of pages that are gone are closed", len(os.listdir("/proc/%d/fd" % server.process.pid)) <= opened - 40)
write("site/content/a.md", article("In between"))
status = server.end()
check("Ctrl-C ends it: status 0, no folder, no process, nothing beside the site",
      status == 0 and not os.listdir(temporary) and not children(server.process.pid) and not os.path.exists("site/public"),
      "%s %s %s" % (status, os.listdir(temporary), server.log[-200:]))

# ---- what a killed server leaves ----
server = Server("--port", "0", listen=False)
other = Server("--port", "0", listen=False)
server.process.kill()
server.process.wait()
left = set(os.listdir(temporary))
for name in left:
    os.utime(os.path.join(temporary, name), (1000, 1000))
os.makedirs(os.path.join(temporary, "galley-serve-others"), 0o700)
third = Server("--port", "0", listen=False)
kept = left & set(os.listdir(temporary))
check("a folder that a killed server left is removed by the next; one of a server that lives is not", len(left) == 2 and len(kept) == 1
      and other.get("/c/").status == 200, "%s %s" % (left, kept))
check("two servers of one site end without trouble", (other.end(), third.end(signal.SIGHUP)) == (0, 0) and os.listdir(temporary) == ["galley-serve-others"],
      str(os.listdir(temporary)))
os.rmdir(os.path.join(temporary, "galley-serve-others"))

# ---- a site below a path, by looking, into a folder that is named ----
write("desk/galley.yaml", "title: T\nurl: https://x.example/desk/\n")
write("desk/content/a.md", article("One"))
server = Server("--port", "0", "--poll", "-o", "out", "--drafts", "--bind", "localhost", site="desk")
moved = server.get("/")
check("a site whose url has a path is served below it", server.address[4] == "/desk" and moved.headers["Location"] == "/desk/"
      and server.get("/desk/a/").status == 200 and server.get("/a/").status == 404 and server.get("/deskx/").status == 404, server.address[0])
server.after(lambda: write("desk/content/d.md", article("Draft", more="status: draft\n")), server.shows("/desk/d/", b"Draft"))
check("--poll finds what changed; --drafts shows drafts", True)
taken = subprocess.run([GALLEY, "serve", "desk", "--port", str(server.port), "--bind", "localhost"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
check("a port that is taken is an error", taken.returncode == 3 and re.fullmatch(r"galley: error: port \d+ at localhost cannot be listened on.*\n", taken.stderr), taken.stderr)
write("desk/plugins/filters/slow.lua", """--- Never ends.
return { kind = "filter", name = "slow", api = 1, article = function() while true do end end }
""")
write("desk/galley.yaml", "title: T\nurl: https://x.example/desk/\nplugins: [slow]\nlimits: { seconds: 600 }\n")
end = time.monotonic() + PATIENCE
while not os.path.exists(".out.galley-stage") and time.monotonic() < end:
    time.sleep(0.01)
builders = children(server.process.pid)
check("pages are answered while a build runs", len(builders) == 1 and server.get("/desk/a/").status == 200, str(builders))
begun = time.monotonic()
status = server.end(signal.SIGTERM)
took = time.monotonic() - begun
check("SIGTERM ends it, and a build that runs; the folder that was named stays, whole", status == 0
      and os.path.exists("out/d/index.html") and not os.listdir(temporary)
      # A build that is not done with clearing its stage after three seconds is ended; the next build does it.
      and (took >= 3 or not glob.glob(".out*"))
      and not any(os.path.exists("/proc/%d" % process) for process in builders), "%s %s %.1f s" % (status, glob.glob(".out*"), took))

# ---- a site that cannot be built yet ----
write("new/galley.yaml", '"<b>": x\n')
write("new/content/a.md", article("One"))
write("new/content/bad.md", article("[x"))
server = Server("-p", "0", site="new")
page = server.get("/a/")
check("nothing can be built yet: a page that says so, with the place", page.status == 503 and b"new/galley.yaml:1:1" in page.bytes
      and b"live.js" in page.bytes and b"&lt;b&gt;" in page.bytes and b"<b>" not in page.bytes, page.bytes)
state = server.after(lambda: write("new/galley.yaml", "title: x\n"), lambda state: "-none-" not in state["build"])
check("then a site that always had an error is shown as far as it goes", server.get("/a/").status == 200 and server.get("/bad/").status == 404
      and state["errors"][0]["place"].startswith("new/content/bad.md:"))
server.after(lambda: write("new/content/a.md", article("Two")), server.shows("/a/", b"Two"))
check("and goes on", True)
server.after(lambda: write("new/content/bad.md", article("x")), lambda state: not state["errors"])
check("until it has none", server.get("/bad/").status == 200)
server.end()
for tries in range(12):  # another run of this test may have had the port, and have left it meanwhile
    with socket.socket() as occupied:
        occupied.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            occupied.bind(("127.0.0.1", 8080))
            occupied.listen()
        except OSError:
            pass  # by somebody else
        server = Server("--bind", "127.0.0.1", site="new", listen=False)
        said = re.search(r"^Port 8080 is taken; using (\d+)\.$", server.log, re.M)
        server.end()
    if said:
        break
check("where 8080 is taken, the next free port is said", said and 8080 < int(said[1]) == server.port < 8100, server.log)
server = Server("-p0", "--bind", "0.0.0.0", site="new", listen=False)
check("a server that others can reach says so", server.says(r"^Everybody in the network can read it(: http://\d|$)") and server.address[2] == "127.0.0.1"
      and server.get("/a/").status == 200, server.log)
server.end()
for options, status in ((["nowhere"], 2), (["new", "--port", "70000"], 2), (["new", "--port", "x"], 2), (["new", "--bind", "no such"], 3), (["new", "--now", "x"], 2),
                        (["new", "-o", "site"], 3)):
    done = subprocess.run([GALLEY, "serve", "-p0", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=PATIENCE, env=dict(os.environ, TMPDIR=temporary))
    check("galley serve %s: status %d and one line" % (" ".join(options), status), done.returncode == status and done.stderr.count("\n") == 1
          and "error: " in done.stderr and not os.listdir(temporary), done.stderr)
sys.exit(1 if failed else 0)
