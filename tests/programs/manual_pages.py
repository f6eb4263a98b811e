#!/usr/bin/env python3
"""The manual and the README do what they say: every file that they show is written, every command is run, and what
it printed is compared with what is shown.

    tests/programs/manual_pages.py [--accept] [WORD...]     --accept writes down what the commands print now

Each page begins in an empty folder and is one session from its top to its end. In it
  - a code block behind a paragraph that ends with a file's name in backticks and a colon is that file;
  - a `console` block holds commands behind "$ ", each followed by what it prints; a line "…" stands for any lines,
    a time such as "0.02 s" or "2025-03-04 09:15 UTC" for any time;
  - a block in the language of another program (pandoc, hugo, eleventy, text) is only for reading;
  - any other block is an error: it would be a claim that nothing shows.
Pages that are made from the program's own tables are compared with them: galley.yaml's keys, front matter's, the parts
of the dialect, the commands. reference/ has its own test (api_documented); shipped/ is made again and compared.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

top = pathlib.Path(os.environ.get("TOP", pathlib.Path(__file__).resolve().parents[2]))
galley = pathlib.Path(os.environ.get("GALLEY", top / "build/galley")).resolve()
accept = "--accept" in sys.argv
wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
READ_ONLY = {"pandoc", "hugo", "eleventy", "text"}
failed = False


def check(name, problems):
    global failed
    if problems:
        failed = True
        print("not ok - %s: %s" % (name, "; ".join(problems[:3])))
    else:
        print("ok - " + name)


def blocks(lines):
    """(info, first line, line behind the last, the text line before) of each fenced block; lines count from 0."""
    at, before = 0, ""
    while at < len(lines):
        fence = re.match(r"(`{3,})(.*)$", lines[at])
        if fence:
            end = at + 1
            while not re.match(r"`{%d,}\s*$" % len(fence[1]), lines[end]):
                end += 1
            yield fence[2].strip(), at + 1, end, before
            at, before = end, ""
        elif lines[at].strip():
            before = lines[at]
        at += 1


def pattern_of(shown):
    """What a command is shown to print, as a pattern."""
    parts = []
    for line in shown:
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            line = re.sub(r"\d+\\\.\d\d\\ s\b", r"[\\d.]+ s", re.escape(line))
            parts.append(re.sub(r"\d{4}\\-\d\d\\-\d\d\\ \d\d:\d\d\\ UTC", r"[-\\d: ]+ UTC", line) + r"\n")
    return re.compile("".join(parts))


def console(lines, folder, environment):
    """Runs the commands of one block; the block as it should be, and what is wrong with it as it is."""
    now, problems, at = [], [], 0
    while at < len(lines):
        if not lines[at].startswith("$ "):
            return lines, ["a console block begins with '$ ', not with '%s'" % lines[at]]
        command, start = [lines[at][2:]], at
        while command[-1].endswith("\\"):
            at += 1
            command.append(lines[at])
        end = at + 1
        while end < len(lines) and not lines[end].startswith("$ "):
            end += 1
        shown = lines[at + 1:end]
        done = subprocess.run(["bash", "-c", "\n".join(command)], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, encoding="utf-8")
        printed = [line.rstrip() for line in done.stdout.splitlines()]
        now += lines[start:at + 1]
        if pattern_of([line.rstrip() for line in shown]).fullmatch("".join(line + "\n" for line in printed)):
            now += shown
        else:
            now += printed
            problems.append("'%s' prints %r, not %r" % (command[0], "\n".join(printed)[:300], "\n".join(shown)[:300]))
        at = end
    return now, problems


def run_page(path, folder, environment):
    lines = path.read_text(encoding="utf-8").split("\n")
    result, problems, last = [], [], 0
    for info, start, end, before in blocks(lines):
        body = lines[start:end]
        named = re.search(r"`([\w./-]+)`:$", before)
        result += lines[last:start]
        last = end
        if info == "console":
            body, wrong = console(body, folder, environment)
            problems += ["line %d: %s" % (start + 1, one) for one in wrong]
        elif named:
            target = folder / named[1]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("\n".join(body) + "\n", encoding="utf-8")
        elif info not in READ_ONLY:
            problems.append("line %d: nothing runs this block of '%s'" % (start + 1, info))
        result += body
    if accept and result + lines[last:] != lines:
        path.write_text("\n".join(result + lines[last:]), encoding="utf-8")
        problems = [one for one in problems if " prints " not in one]
        print("# %s was changed" % path.relative_to(top))
    return problems


def text_of(name):
    return (top / name).read_text(encoding="utf-8")


def missing(names, page):
    """Those of names that a page of the manual does not have in backticks or as a command."""
    text = text_of("examples/manual/content/" + page)
    return ["%s says nothing of %s" % (page, name) for name in names if not re.search(r"(`|galley )%s\b" % re.escape(name), text)]


def manual_builds(folder):
    done = subprocess.run([galley, "build", "--strict", "-o", folder, top / "examples/manual"], capture_output=True, text=True)
    check("the manual builds without a warning", [done.stderr.strip()] if done.returncode else [])
    done = subprocess.run([galley, "check", top / "examples/manual"], capture_output=True, text=True)
    check("galley check finds nothing in it", [done.stdout.strip()] if done.returncode else [])


def shipped(folder):
    folder.mkdir()
    done = subprocess.run([galley, "api", "--pages", folder, "--site", top / "examples/manual"], capture_output=True, text=True)
    made = sorted(pathlib.Path(folder, "shipped").glob("*.md"))
    problems = [done.stderr.strip()] if done.returncode or not made else []
    for page in made:
        there = top / "examples/manual/content/shipped" / page.name
        if not there.exists() or there.read_text(encoding="utf-8") != page.read_text(encoding="utf-8"):
            problems.append("%s differs; run `galley api --pages examples/manual/content --site examples/manual`" % page.name)
    check("the pages of shipped plugins say what the plugins say", problems)


def tables():
    rules = re.search(r"local rules = \{(.*?)\n\}", text_of("scripts/galley/settings.lua"), re.S)[1]
    check("galley.yaml: the manual has every key", missing(re.findall(r"(\w+) = ", rules), "guides/galley-yaml.md"))
    code = text_of("core/article/article.c")
    keys = {key for name, row in re.findall(r"\*const (\w+)\[\] =\s*\{([^}]*), NULL\}", code.replace("\n", " "))
            if re.search(r"first_of\(meta, %s\)|_fact\((article|meta), %s\b" % (name, name), code) for key in re.findall(r'"(\w+)"', row)}
    keys |= set(re.findall(r'is_true\(meta, "(\w+)"', code))
    check("front matter: the manual has every key of %d" % len(keys), missing(sorted(keys), "guides/articles.md") + ([] if len(keys) > 20 else ["too few"]))
    parts = re.search(r"settings.dialect = \{(.*?)\}", text_of("scripts/galley/settings.lua"), re.S)[1]
    check("the dialect: the manual has every part", missing(re.findall(r'"(\w+)"', parts), "guides/markdown.md"))
    help_text = subprocess.run([galley, "--help"], capture_output=True, text=True).stdout
    commands = re.findall(r"^  (\w+) ", help_text, re.M)
    check("the command line: the manual has every command", missing([name + " --help" for name in commands], "guides/command-line.md"))


def main():
    scratch = pathlib.Path(tempfile.mkdtemp(dir=os.environ.get("TMPDIR")))
    try:
        # Found under its own name, beside its scripts and plugins, from any folder.
        (scratch / "bin").mkdir()
        (scratch / "bin/galley").write_text('#!/bin/sh\nexec "%s" "$@"\n' % galley)
        (scratch / "bin/galley").chmod(0o755)
        environment = {"PATH": "%s:%s" % (scratch / "bin", os.environ["PATH"]), "HOME": str(scratch / "home"), "LC_ALL": "C.UTF-8",
                       "TZ": "UTC", "TOP": str(top), "USER": "reader"}
        (scratch / "home").mkdir()
        pages = [top / "README.md"] + sorted(page for page in (top / "examples/manual/content").rglob("*.md") if page.parent.name != "reference")
        for page in pages:
            name = str(page.relative_to(top))
            if wanted and not any(word in name for word in wanted):
                continue
            folder = scratch / name.replace("/", "-")
            folder.mkdir()
            if page.name == "README.md":  # its commands stand at the top of a checkout
                (folder / "build").mkdir()
                (folder / "build/galley").symlink_to(scratch / "bin/galley")
                shutil.copytree(top / "examples", folder / "examples", ignore=shutil.ignore_patterns("public", ".galley"))
            check(name, run_page(page, folder, environment))
        if not wanted:
            manual_builds(scratch / "manual")
            shipped(scratch / "made")
            tables()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    sys.exit(1 if failed else 0)


main()
