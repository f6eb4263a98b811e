#!/usr/bin/env bash
# What an import of a content folder must not change: YAML with its comments and line ends, pictures, files without a last newline.
. "${BASH_SOURCE%/*}/lib/test.sh"
data=$SHARED/data

mkdir -p old/content/ward/photos old/static && cd old || exit 3
echo 'baseURL = "https://old.example/"' > hugo.toml
printf -- '---\r\ntitle:   "Ward"  # as it is\r\n\r\ntags: [ a,b ]   \r\n# the end\r\n---\r\n\r\nText ![p](photos/a.png)\r\n' > content/ward/index.md
printf -- '---\nx: &a {k: [1,2]}\ny: >-\n  folded\n  text\n---\nNo [link](../nowhere/) and no newline' > content/other.md
head -c 70000 "$GALLEY" > content/ward/photos/a.png
printf 'caf\xe9\0\xff' > content/ward/b.bin
cd ../ && mkdir site && cd site || exit 3
check "a dry run writes nothing" bash -c '"$1" import folder ../old > list 2> err && [ -z "$(find . -name "*.md")" ]' - "$GALLEY"
rm -f list err
check "all is written" "$GALLEY" import folder ../old --apply
check "a bundle's YAML with CR LF stays" cmp ward/index.md ../old/content/ward/index.md
check "anchors, folded text and a missing newline stay" cmp other.md ../old/content/other.md
check "a picture stays" cmp ward/photos/a.png ../old/content/ward/photos/a.png
check "what is no text stays" cmp ward/b.bin ../old/content/ward/b.bin
check "a second time something is in the way" bash -c '! "$1" import folder ../old --apply' - "$GALLEY"
check "nor did that change it" cmp other.md ../old/content/other.md
printf 'changed' > ward/photos/a.png
check "with --force it is as it came" "$GALLEY" import folder ../old --apply --force
check "also a picture that was changed" cmp ward/photos/a.png ../old/content/ward/photos/a.png
"$GALLEY" undo > /dev/null 2>&1
check "undo takes only that back" test "$(cat ward/photos/a.png)" = changed
rm -r ward other.md .galley
"$GALLEY" import folder ../old --apply > /dev/null 2>&1
check "undo takes all back" bash -c '"$1" undo && [ -z "$(find . -name "*.md" -o -name "*.png" -o -name "*.bin")" ]' - "$GALLEY"
cd ..

# ---- real posts, whose front matter has comments, and whose links Liquid makes ----
posts=$data/18f-posts
if [ -d "$posts" ]; then
    mkdir real && cd real || exit 3
    "$GALLEY" import folder "$posts" --option generator=eleventy --apply > list 2> err
    check "real posts: no word is lost" grep -q '^504 articles, words in \([0-9]*\), words out \1;' err
    front() { awk 'NR == 1 || !done { print } NR > 1 && /^---$/ { done = 1 }' "$1"; }
    same=0
    for file in "$posts"/*.md; do [ "$(front "$file")" = "$(front "$(basename "$file")")" ] && same=$((same + 1)); done
    check "real posts: front matter stays byte for byte" test "$same" = 504
    check "real posts: links lead to files" test "$(grep -l '](20[0-9-]*[a-z0-9-]*\.md' ./*.md | wc -l)" -gt 100
    cd ..
else
    echo "skip - real posts as a folder: the sample data is absent"
fi
