#!/usr/bin/env python3
"""The blocks of a page's EXAMPLES, typed at a terminal: page_walk.py compare|write PAGE [COLUMNS]; or one command: page_walk.py type COLUMNS COMMAND [WORD...]

A line "$ command" begins a command; "ann$ command" is typed by Ann, with the key in the variable ann. What stands in bold is typed where the program waits, \\fBEnter\\fR is Enter alone. compare prints each command
with "same", or a diff; write prints what the program says today, ready for the page. What a screen replaces is not there any more.
"""
import difflib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

MARK = re.compile(r"\\fB(.*?)\\fR")
CLEAR = "\x1b[2J"


def commands_of(page):
    text = open(page).read()
    text = re.search(r"^\.Sh EXAMPLES\n(.*?)^\.Sh ", text, re.S | re.M).group(1)
    out = []
    for line in "\n".join(re.findall(r"^\.Bd -literal\n(.*?)^\.Ed", text, re.S | re.M)).split("\n"):
        line = line.replace(r"\(dq", '"')
        begins = re.match(r"([a-z]*)\$ (.*)", line)
        if begins:
            out.append([begins.group(1), begins.group(2), []])
        elif out:
            out[-1][2].append(line.replace(r"\e", "\\").removeprefix(r"\&"))
    return [(who, command, "\n".join(lines)) for who, command, lines in out]


def clean(raw):
    text = raw.decode("utf8", "replace")
    text = text[text.rfind(CLEAR) :] if CLEAR in text else text
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]", "", text)
    return re.sub(r"[^\n]*\r(?!\n)", "", text.replace("\r\n", "\n"))


def run(who, command, typed, columns):
    """What is shown, with what is typed in bold."""
    pid, fd = pty.fork()
    if pid == 0:
        if who:
            os.environ["HOLDFAST_KEY"] = os.environ[who]
        os.execvp("sh", ["sh", "-c", command])
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 60, columns, 0, 0))
    shown, part, typed, since = "", b"", list(typed), time.monotonic()
    while True:
        ready = select.select([fd], [], [], 0.4)[0]
        try:
            data = os.read(fd, 65536) if ready else None
        except OSError:
            data = b""
        if data:
            part, since = part + data, time.monotonic()
            continue
        if data == b"":
            break
        waits = re.search(r"(>|:) ?$", clean(part).split("\n")[-1]) is not None
        if waits and typed:
            word = typed.pop(0)
            shown += clean(part).rstrip(" ") + " \\fB" + word + "\\fR\n"
            keys = ("" if word == "Enter" else word)
            os.write(fd, keys.encode())
            time.sleep(0.3)
            while select.select([fd], [], [], 0.3)[0]:
                os.read(fd, 65536)  # its echo
            os.write(fd, b"\r")
            part, since = b"", time.monotonic()
        elif waits or time.monotonic() - since > 60:
            os.kill(pid, signal.SIGKILL)
            part += b"\n(it still waits)\n"
            break
    os.waitpid(pid, 0)
    text = shown + clean(part)
    return re.sub(r"\n{2,}", "\n\n", re.sub(r" +\n", "\n", text)).strip("\n") + ("\n(not typed: %s)" % typed if typed else "")


def same(text):
    text = re.sub(r"[0-9A-HJKMNP-TV-Z]{26}", "RUN", text)
    text = re.sub(r"\d+ (days?|h|min|s)( \d+ (h|min|s))?", "SPAN", text)
    text = re.sub(r"(\d{1,2} [A-Z][a-z]{2}|\d{4}-\d{2}-\d{2})( \d{4})?( \d{2}:\d{2}( [A-Z]{3,4})?)?", "DAY", text)
    text = re.sub(r"\d{2}:\d{2}( UTC)?", "DAY", text)  # the day of a time is told where it is another one
    text = re.sub(r"It began[^\n]*|It begins[^\n]*", "BEGAN", text)
    text = re.sub(r"[0-9A-F]{40}", "KEY", text)
    return re.sub(r"\s+", " ", text).replace(" $ ", "\n").strip()


def main():
    if sys.argv[1] == "type":
        print(run("", sys.argv[3], sys.argv[4:], int(sys.argv[2])))
        return
    mode, page, columns = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 72
    bad = 0
    for who, command, wanted in commands_of(page):
        got = run(who, command, MARK.findall(wanted), columns)
        if mode == "write":
            lines = [r"\&" + l if l[:1] in (".", "'") else l for l in got.replace('"', r"\(dq").split("\n")]
            print(who + "$ " + command.replace('"', r"\(dq") + "\n" + "\n".join(lines))
        elif same(got) == same(wanted):
            print("same: " + command)
        else:
            bad = 1
            print("not so: " + command)
            print("\n".join(difflib.unified_diff(wanted.split("\n"), got.split("\n"), "page", "program", lineterm="")))
    sys.exit(bad)


main()
