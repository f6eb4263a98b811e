#!/usr/bin/env bash
# Edits over 504 real posts: only what was meant may change. The posts lie beside the checkout.
# tests/run: plain build
. "${BASH_SOURCE%/*}/lib/test.sh"
names=("no-op: 0 of 504 files" "one key set: one line a file" "one word replaced: only lines with it" "retag: one line a file" "shipped edits: none refused, all idempotent")
if [ -z "${SHARED:-}" ] || [ ! -d "$SHARED/data/18f-posts" ]; then
    for name in "${names[@]}"; do echo "skip - $name: no sample data beside the checkout"; done
    exit
fi
result() { # NAME STATUS WHY
    if [ "$2" = 0 ]; then echo "ok - $1"; else echo "not ok - $1: $3"; failures=$((failures + 1)); fi
}
site=$TMPDIR/site
mkdir -p "$site"
cp -R "$SHARED/data/18f-posts" "$site/content"
chmod -R u+w "$site/content" # they may be write-protected there
cp -R "$site/content" "$TMPDIR/before"
cd "$site" || exit 3
echo 'title: Posts' >galley.yaml
edit() { # SCRIPT: Lua of an article function; the site is put back afterwards
    echo "return { kind = 'edit', name = 'x', api = 1, article = function(article) $1 end }" >x.lua
    "$GALLEY" edit x.lua --apply --quiet >"$TMPDIR/diff" 2>"$TMPDIR/messages"
    status=$?
    diff -r "$TMPDIR/before" content >"$TMPDIR/changed"
    [ -d .galley/undo ] && "$GALLEY" undo --quiet >/dev/null 2>&1
    diff -rq "$TMPDIR/before" content >"$TMPDIR/undone" || { echo "# undo left differences"; status=9; }
}
lines() { grep -c "$1" "$TMPDIR/changed"; }

edit 'article:touch() local n = #article.document'
[ $status = 0 ] && [ ! -s "$TMPDIR/changed" ]
result "${names[0]}" $? "status $status, $(lines '^diff') files changed"

edit 'article.meta.galley_test = "x"'
[ $status = 0 ] && [ "$(lines '^diff')" = 504 ] && [ "$(lines '^> galley_test: .\{1,3\}$')" = 504 ] && [ "$(lines '^[<>]')" = 504 ]
result "${names[1]}" $? "status $status, $(lines '^diff') files, $(lines '^[<>]') lines"

edit 'article.document:replace_text("government", "gubernment")'
sed -n 's/^> //p' "$TMPDIR/changed" | sed 's/gubernment/government/g' >"$TMPDIR/new"
sed -n 's/^< //p' "$TMPDIR/changed" >"$TMPDIR/old"
[ $status = 0 ] && [ -s "$TMPDIR/old" ] && cmp -s "$TMPDIR/old" "$TMPDIR/new"
result "${names[2]}" $? "status $status, $(diff "$TMPDIR/old" "$TMPDIR/new" | grep -c '^<') lines differ otherwise"

"$GALLEY" edit retag --param from=agile --param to=nimble --quiet >"$TMPDIR/diff" 2>&1
grep '^[-+]' "$TMPDIR/diff" | grep -v '^\(---\|+++\) ' | sort | uniq -c | sed 's/^ *//' >"$TMPDIR/changed"
count=$(awk '$2 == "-" { n += $1 } $2 ~ /^-/ && $2 != "-" { n += $1 } END { print n + 0 }' "$TMPDIR/changed")
[ "$count" -gt 10 ] && ! sed 's/^[0-9]* [-+]//' "$TMPDIR/changed" | grep -v '^ *-  *["'\'']\{0,1\}\(agile\|nimble\)["'\'']\{0,1\} *$' &&
    [ "$(grep -c '^diff' "$TMPDIR/diff")" = "$count" ]
result "${names[3]}" $? "$(head -3 "$TMPDIR/changed" | tr '\n' ';')"

why=
shipped() {
    "$GALLEY" edit "$@" --stat >/dev/null 2>"$TMPDIR/messages" || why="$why $1: $(grep -m1 error: "$TMPDIR/messages")"
    grep -q 'would change its own result' "$TMPDIR/messages" && why="$why $1 is not idempotent"
}
shipped rename --param from=18F --param to="the Office"
shipped merge-topics --param from="open source,agile" --param into=method
shipped author-slug --param from=aaron --param to=aaron-snow
shipped https
shipped set-updated --param on=2024-05-01
shipped split-field --param field=title --param into=title,subtitle --param separators=": "
shipped iso-dates --param zone=America/New_York
shipped expire
shipped disclosure --param text="The *Office* is a part of GSA."
shipped curly-quotes
shipped move-images --param from=assets --param to=files --param within=
shipped change-slug --param from=coming-soon --param to=soon
shipped heading-text --param from=the --param to=THE
[ -z "$why" ]
result "${names[4]}" $? "$why"
