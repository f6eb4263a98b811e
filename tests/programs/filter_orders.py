#!/usr/bin/env python3
"""Every two shipped filters in both orders, over the example newsroom and real posts. tests/run: limit 2400

Whatever the order: the build succeeds, one worker and two give the same bytes, and no word is lost that
each of the two filters alone keeps. (What the two give together may depend on their order; galley.yaml has one.)
"""
import html, os, pathlib, re, shutil, subprocess, sys, tempfile

top, galley = pathlib.Path(os.environ["TOP"]), os.environ["GALLEY"]
work = pathlib.Path(tempfile.mkdtemp(prefix="orders.", dir=os.environ.get("TMPDIR")))
failures = 0


def check(name, problem):
    global failures
    if problem:
        failures += 1
        print(f"not ok - {name}: {problem}")
    else:
        print(f"ok - {name}")


site = work / "site"
shutil.copytree(top / "examples/newsroom", site, ignore=shutil.ignore_patterns("public", ".galley"))
posts = pathlib.Path(os.environ["SHARED"]) / "data/18f-posts" if "SHARED" in os.environ else None
if posts and posts.is_dir():
    (site / "content/posts").mkdir()
    for post in sorted(posts.rglob("*.md"))[::100]:
        shutil.copy(post, site / "content/posts")
(site / "content/marks.md").write_text("""---
title: Marks
toc: true
---
::toc

## First -- part

The [striking words]{.pull} of *NHS* on 3 May, "quoted" 10-20 km. [Away](https://other.example/a).

::: note [Careful]
Inside the **note** with `code`.
:::

![A chart](a.png "What the chart says.")

```python
def brew(): return "tea"
```

{{< figure src="b.png" caption="A figure" >}}

## Second part

Term
""")
configuration = (site / "galley.yaml").read_text()


def build(filters, jobs):
    """All pages by path, or the reason why there are none."""
    (site / "galley.yaml").write_text(f"{configuration}\nplugins: [{', '.join(filters)}]\n")
    shutil.rmtree(site / "public", ignore_errors=True)
    done = subprocess.run([galley, "build", site, "--quiet", "-j", str(jobs)], capture_output=True, text=True, timeout=600)
    if done.returncode != baseline_status:
        return f"status {done.returncode}: {done.stderr.strip()[:300]}"
    return {str(page.relative_to(site)): page.read_bytes() for page in (site / "public").rglob("*.html")}


def words(pages):
    found = {}
    for path, page in pages.items():
        text = re.sub(rb"(?s).*<main[^>]*>|</main>.*|<[^>]*>", b" ", page).decode()
        # Filters may change quotes, dashes and signs, but no word of letters.
        found[path] = set(re.findall(r"[^\W\d_]{4,}", html.unescape(text).lower()))
    return found


baseline_status = subprocess.run([galley, "build", site, "--quiet"], capture_output=True).returncode
plain = words(build([], 2))
names = sorted(path.stem for path in (top / "plugins/filters").glob("*.lua"))
alone = {}
for name in names:
    pages = build([name], 2)
    if isinstance(pages, str):
        check(f"{name} alone", pages)
        sys.exit(1)
    alone[name] = words(pages)
for number, first in enumerate(names):
    problems = []
    for second in names:
        if first == second:
            continue
        pages = build([first, second], 2)
        if isinstance(pages, str):
            problems.append(f"before {second}: {pages}")
            continue
        for path, kept in words(pages).items():
            lost = (plain.get(path, set()) & alone[first].get(path, set()) & alone[second].get(path, set())) - kept
            if lost:
                problems.append(f"before {second}: {path} loses {sorted(lost)[:5]}")
        if set(pages) != set(plain):
            problems.append(f"before {second}: other pages")
        if (number + names.index(second)) % 5 == 0 and build([first, second], 1) != pages:
            problems.append(f"before {second}: one worker gives other bytes")
    check(f"{first} before each other filter", "; ".join(problems[:4]))
shutil.rmtree(work)
sys.exit(1 if failures else 0)
