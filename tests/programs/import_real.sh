#!/usr/bin/env bash
# tests/run: limit 300
# Imports of real files, where these are: what is in them was counted by hand.
. "${BASH_SOURCE%/*}/lib/test.sh"
data=$SHARED/data

# ---- the archive of an author ----
archive=$data/author-archive.txt
if [ -f "$archive" ]; then
    "$GALLEY" import archive-text "$archive" > archive.txt 2> archive.err
    check "archive: 6 articles by one author" grep -q '^note:   6 articles by Louise Stanley;' archive.txt
    sed -n 's|.*(line \([0-9]*\): \([0-9]*\) paragraphs.*| \1 \2|p' archive.txt > shape
    printf ' 5 8\n 31 10\n 56 8\n 76 6\n 90 17\n 136 12\n' > wanted
    check "archive: titles and paragraphs" cmp wanted shape
    check "archive: lists, subheading, captions, quotations, links, ENDS, notes, related markers" grep -q \
        '2 lists, 8 items, 1 subheading, 2 captions, 10 quotations, 2 links, 1 ENDS, 1 paragraph of notes, 3 related markers' archive.txt
    check "archive: words in are words out" grep -q 'words in 2839, words out 2839;' archive.err
    check "archive: each with a confidence" test "$(grep -c 'confidence 0\.' archive.txt)" = 6
    "$GALLEY" import archive-text "$archive" --into news --apply > /dev/null 2>&1
    check "archive: the articles are read" test "$("$GALLEY" query --format paths 2> /dev/null | wc -l)" = 6
    "$GALLEY" undo > /dev/null 2>&1
    check "archive: undo takes them back" test -z "$(find . -name '*.md')"
else
    echo "skip - import of an author's archive: the sample data is absent"
fi

# ---- WordPress's own data for testing themes ----
export=$data/wordpress-export.xml
if [ -f "$export" ]; then
    mkdir wordpress && cd wordpress || exit 3
    "$GALLEY" import wordpress "$export" > list 2> err
    check "wordpress: 79 articles, no word lost" grep -q '^79 articles and 2 files, words in 14298, words out 14298;' err
    check "wordpress: no tree that reads back as another" test "$(grep -c 'does not read back\|markup of' list)" = 0
    "$GALLEY" import wordpress "$export" --apply --option comments=true > /dev/null 2>&1
    check "wordpress: all are read, drafts too" test "$("$GALLEY" query --format paths 2> /dev/null | wc -l)" -ge 70
    check "wordpress: no classic body without paragraphs" grep -q '^$' posts/markup-html-tags-and-formatting.md
    check "wordpress: comments as data" grep -q '"author"' data/comments/posts/template-comments.json
    "$GALLEY" undo > /dev/null 2>&1
    check "wordpress: undo takes them back" test -z "$(find . -name '*.md')"

    # The same items many times over, with a bound of memory (which a sanitizer's shadow would pass).
    awk '/<item>/{exit} {print}' "$export" > head.xml
    awk '/<item>/{on=1} on{print} /<\/item>/{on=0}' "$export" > items.xml
    { cat head.xml; for i in $(seq 1 10); do cat items.xml; done; echo '</channel></rss>'; } > big.xml
    limits() { ([ -n "${GALLEY_INSTRUMENTED:-}" ] || ulimit -v 3000000; "$GALLEY" import wordpress big.xml > big.list 2> big.err); grep -q '^790 articles' big.err; }
    check "wordpress: the same ten times over, in one stream" limits
    cd ..
else
    echo "skip - import of a WordPress export: the sample data is absent"
fi

# ---- articles by way of pandoc's tree ----
posts=$data/18f-posts
if [ -d "$posts" ]; then
    mkdir pandoc && cd pandoc || exit 3
    count=0
    for post in "$posts"/*.md; do
        count=$((count + 1))
        [ -n "${GALLEY_INSTRUMENTED:-}" ] && [ $((count % 20)) != 0 ] && continue
        "$GALLEY" export pandoc --site "$posts" --drafts "$post" > "$(basename "$post" .md).json" 2> err || echo "$post" >> failed
    done
    check "pandoc: every article becomes a tree" test ! -e failed
    "$GALLEY" import pandoc ./*.json > list 2> err
    check "pandoc: every tree becomes an article again" grep -q "^$(ls ./*.json | wc -l) articles, words in \([0-9]*\), words out \1;" err
    if command -v pandoc > /dev/null; then
        first=$(ls "$posts"/*.md | head -1)
        pandoc "$first" -o a.docx && pandoc a.docx -t json | "$GALLEY" import pandoc - > list 2> err
        check "pandoc: a Word file comes in" grep -q '^1 article, words in \([0-9]*\), words out \1;' err
    else
        echo "skip - a Word file by way of pandoc: pandoc is absent"
    fi
    cd ..
else
    echo "skip - articles by way of pandoc's tree: the sample data is absent"
fi

