# Parsing with the whole dialect and with none of it, over articles that use none; then hostile input, and twice as much.
folder=$(site 10000)
plain=$work/site-plain
mkdir -p "$plain"
ln -sfn "$folder/content" "$plain/content"
{
    cat "$folder/galley.yaml"
    echo "markdown:"
    for part in tables strikethrough autolinks task_lists footnotes heading_ids attributes figures quotations directives \
        shortcodes definition_lists smart more superscript subscript; do echo "  $part: false"; done
} >"$plain/galley.yaml"
parse() { # SITE: seconds spent in parsing, as `galley build --times` counts them
    rm -rf "$work/out"
    "$galley" build "$1" -o "$work/out" -j1 --times 2>&1 | awk '$1 == "parse" { print $2, $2 }'
}
run_dialect() { parse "$folder"; }
run_plain() { parse "$plain"; }
pairs 5 dialect plain
figure "parsing with the dialect / without" "$(calculate "$(median_of_ratios dialect plain)")" x "1.25 x"
rm -rf "$work/out" "$plain"

# hostile NAME TEXT: 400 KB and 800 KB of it.
hostile() {
    local size
    for size in 400000 800000; do
        awk -v text="$2" -v size=$size 'BEGIN { for (n = 0; n < size; n += length(text)) printf "%s", text }' >"$work/hostile-$size.md"
    done
    # A named error is an end too; it shows as (refused).
    run_small() { "$tools/measure" "$galley" render "$work/hostile-400000.md" 2>"$work/log"; }
    run_large() { "$tools/measure" "$galley" render "$work/hostile-800000.md" 2>"$work/log-large"; }
    pairs 3 small large
    figure "400 KB of $1$(grep -qE '^[^:]*:[0-9]+:[0-9]+: error: ' "$work/log" && echo ' (refused)')" "$(median_time small)" s "1 s"
    figure "    twice as much takes" "$(calculate "$(median_of_ratios large small)")" x "2 x"
}
for text in '|' '[^' '~' '{' ':::' '<' 'http://' 'www.' 'a@b.c ' '{{' '{%' '^' '- [ ] ' ': ' '![' '"'; do
    hostile "$text" "$text"
done
hostile 'all of them' '|[^~{:::<http://'
hostile 'all of them, a line each' '|
[^
~
{
:::
<
http://
'
hostile 'all of them, in lists and quotes' '> - |[^~{ ::: <http://
> - : www.a@b.c {{ ^
- [ ] ![ " {%
'
rm -f "$work"/hostile-*.md
