#!/usr/bin/env bash
# Ten short filters over the 504 posts: the same pages in another order of workers, and what each is there for.
. "${BASH_SOURCE%/*}/lib/test.sh"
posts=$SHARED/data/18f-posts
if [ ! -d "$posts" ]; then echo "skip - ten filters over real posts: no sample data beside the checkout"; exit; fi
cp -R "$TOP/examples/filters/." . && cp -R "$posts" content || exit 3
"$GALLEY" build --now 2026-01-01 -j 1 -o one >log1 2>&1
"$GALLEY" build --now 2026-01-01 -j 4 -o four >log4 2>&1
check "all articles are built" bash -c '! grep -q "error:" log1 && test "$(find one -name index.html | wc -l)" -ge 504'
check "one worker or four, the same bytes" diff -r one four
check "each is under 25 lines" bash -c '! wc -l plugins/filters/*.lua | grep -v total | awk "\$1 >= 25" | grep .'
check "links to a retired host are marked" grep -rq "class=\"retired\"" one
check "captions" grep -rq "<figcaption>" one
check "the lead" grep -rq "<p class=\"lead\">" one
check "old articles say so" grep -rq "may be out of date" one
check "tables scroll" grep -rq "class=\"scroll\"" one
check "empty link texts are told" grep -q "says nothing" log1
check "includes are directives" grep -rq "data-directive=" one
check "no http to a host that has https" not grep -rhoE "<a href=\"http://github.com" one
