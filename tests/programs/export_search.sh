#!/usr/bin/env bash
# The search page of the newsroom in a real browser, opened from the disk: a word is typed and the article is found.
. "${BASH_SOURCE%/*}/lib/test.sh"
site=$TMPDIR/site
cp -r "$TOP/examples/newsroom" "$site"
rm -rf "$site/public"
sed -i 's|^    per_page: .*|    search: /search.html|' "$site/galley.yaml"
echo 'exports: [search]' >>"$site/galley.yaml"
printf -- '---\ntitle: "Not before its time zebra"\ndate: 2025-01-01\nembargo: 2099-01-01\n---\nzebra\n' >"$site/content/news/later.md"
printf -- '---\ntitle: "</script><b>caf\xc3\xa9</b>"\ndate: 2025-01-01\n---\nHostile okapi </script> text.\n' >"$site/content/news/hostile.md"
check "the site builds" "$GALLEY" build --site "$site" --quiet
check "nothing under embargo is in the index" bash -c "! grep -q zebra '$site/public/search/index.js'"
check "nothing ends the script" bash -c "! grep -q '</script' '$site/public/search/index.js'"
if command -v node >/dev/null; then
    check "the index is a script" node --check "$site/public/search/index.js"
else
    echo "skip - the index is a script: node is missing"
fi
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -z "$browser" ]; then
    echo "skip - the search page in a browser: chromium is not installed"
    exit
fi
search() { # WORDS: the page's list of results. The browser makes a socket, whose path must not be long.
    TMPDIR=${TMPDIR%/*} timeout 300 "$browser" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$TMPDIR/profile" \
        --virtual-time-budget=5000 --dump-dom "file://$site/public/search.html?q=$1" 2>/dev/null
}
search vamorolone >"$TMPDIR/a"
check "a word finds its article first" bash -c "grep -o 'id=\"results\"><li>.*' '$TMPDIR/a' | head -c 300 | grep -q vamorolone-arthritis.html"
search OKAPI >"$TMPDIR/b"
check "case makes no difference; titles are text" grep -q '>&lt;/script&gt;&lt;b&gt;café&lt;/b&gt;</a>' "$TMPDIR/b"
search zebra >"$TMPDIR/c"
check "nothing is found where nothing is" grep -q '>0 articles<' "$TMPDIR/c"
