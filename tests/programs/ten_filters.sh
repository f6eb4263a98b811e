#!/usr/bin/env bash
# Ten short filters over the 504 posts: the same pages in another order of workers, and what each is there for.
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
POSTS=$TOP/../shared/data/18f-posts
name="ten filters over real posts"
if [ ! -d "$POSTS" ]; then echo "skip - $name: ../shared/data/18f-posts is not there"; exit 0; fi
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cp -R "$TOP/examples/filters/." "$work" && cp -R "$POSTS" "$work/content" && cd "$work" || exit 1
status=0
check() { if eval "$2" >/dev/null 2>&1; then echo "ok - $name: $1"; else echo "not ok - $name: $1: $2"; status=1; fi; }
"$TOP/build/galley" build --now 2026-01-01 -j 1 -o one >log1 2>&1
"$TOP/build/galley" build --now 2026-01-01 -j 4 -o four >log4 2>&1
check "all articles are built" '! grep -q "error:" log1 && test "$(find one -name index.html | wc -l)" -ge 504'
check "one worker or four, the same bytes" 'diff -r one four'
check "each is under 25 lines" '! wc -l plugins/filters/*.lua | grep -v total | awk "\$1 >= 25" | grep .'
check "links to a retired host are marked" 'grep -rq "class=\"retired\"" one'
check "captions" 'grep -rq "<figcaption>" one'
check "the lead" 'grep -rq "<p class=\"lead\">" one'
check "old articles say so" 'grep -rq "may be out of date" one'
check "tables scroll" 'grep -rq "class=\"scroll\"" one'
check "empty link texts are told" 'grep -q "says nothing" log1'
check "includes are directives" 'grep -rq "data-directive=" one'
check "no http to a host that has https" '! grep -rhoE "<a href=\"http://github.com" one'
exit $status
