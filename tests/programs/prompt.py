#!/usr/bin/env python3
"""At a terminal: the prompt of `galley lua` (^C gives up a line and ends what runs, ^D ends it, history is kept), and help."""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

galley, folder = os.environ["GALLEY"], os.environ["TMPDIR"]
failed = False


def check(name, right, why):
    global failed
    failed = failed or not right
    print("ok - " + name if right else "not ok - %s: %r" % (name, why))


child, terminal = pty.fork()
if child == 0:
    os.chdir(folder)
    os.execve(galley, [galley, "lua"], dict(os.environ, XDG_STATE_HOME=folder, TERM="dumb"))
seen = ""


def wait_for(text, seconds=60):
    """Reads until `text` has come; gives what came with it."""
    global seen
    end = time.time() + seconds
    while text not in seen and time.time() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                seen += os.read(terminal, 4096).decode("utf-8", "replace")
            except OSError:
                break
    before, found, seen = seen.partition(text)
    return before + found if found else None


def send(text):
    os.write(terminal, text.encode())


wait_for("> ")
send("for i = 1, 2 do\n")
if wait_for("...> ") is None:
    print("skip - prompt: no terminal for it")
    sys.exit(0)
send("print('line ' .. i) end\n")
check("prompt: a statement of two lines", wait_for("line 2") is not None, seen)
wait_for("> ")
send("print('run' .. 'ning') while true do end\n")
wait_for("running")
send("\x03")
check("prompt: ^C ends what runs", wait_for("interrupted") is not None, seen)
wait_for("> ")
send("print('after' .. 1)\n")
check("prompt: and the next line is read", wait_for("after1") is not None, seen)
wait_for("> ")
with_lines = os.path.exists(os.path.join(folder, "galley/lua-history"))
if with_lines:
    send("half a line")
    wait_for("half a line")
    send("\x03")
    wait_for("> ")
    send("print('whole' .. 2)\n")
    check("prompt: ^C gives up a line", wait_for("whole2") is not None, seen)
    wait_for("> ")
    history = open(os.path.join(folder, "galley/lua-history")).read()
    check("prompt: history is kept", "print('whole' .. 2)" in history and "half" not in history, history)
else:
    print("skip - prompt: history: neither readline nor libedit is there")
send("\x04")
end = time.time() + 60
pid = 0
while not pid and time.time() < end:
    pid, status = os.waitpid(child, os.WNOHANG)
    time.sleep(0.05)
check("prompt: ^D ends it", pid == child and status == 0, pid)

# Help is as wide as the terminal, what an option does below itself.
child, terminal = pty.fork()
if child == 0:
    time.sleep(0.2)
    os.execv(galley, [galley, "build", "--help"])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
text = b""
try:
    while part := os.read(terminal, 4096):
        text += part
except OSError:
    pass
os.waitpid(child, 0)
lines = text.decode().split("\r\n")
check("help: as wide as the terminal", len(lines) > 30 and max(map(len, lines)) <= 60 and
      any(line.startswith(" " * 28 + "output in") for line in lines), text)
sys.exit(1 if failed else 0)
