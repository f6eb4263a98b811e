# What filters cost, as processor time of whole builds made in turn, with and without each.
folder=$(site 10000)
plugin() { mkdir -p "$work/filters"; cat >"$work/filters/$1.lua"; }
plugin heading <<<'return { kind = "filter", name = "heading", api = 1, nodes = { heading = function(node) end } }'
plugin text <<<'return { kind = "filter", name = "text", api = 1, nodes = { text = function(node) end } }'
plugin walk <<<'local count = 0
return { kind = "filter", name = "walk", api = 1, article = function(article)
  for node in article.document:descendants() do count = count + 1 end
end }'
plugin document <<<'return { kind = "filter", name = "document", api = 1, article = function(article) local document = article.document end }'
plugin one <<<'return { kind = "filter", name = "one", api = 1, nodes = { ["heading[level=2]"] = function(node) end } }'
{
    echo 'return { kind = "filter", name = "hundred", api = 1, nodes = {'
    for ((i = 0; i < 25; i++)); do
        echo "  [\"heading[level=$((i % 6 + 1))]:not(:contains(\\\"$i\\\"))\"] = function(node) end,"
        echo "  [\"link[url^=\\\"http://host$i\\\"]\"] = function(node) end,"
        echo "  [\"list > item:nth-child($((i + 1)))\"] = function(node) end,"
        echo "  [\"block_quote paragraph emph:contains(\\\"w$i\\\")\"] = function(node) end,"
    done
    echo '} }'
} | plugin hundred
names="heading text walk document one hundred"
for name in $names; do
    eval "run_$name() { rm -rf \"\$work/out\"; timed \"\$galley\" build \"\$folder\" -o \"\$work/out\" --plugin \"\$work/filters/$name.lua\"; }"
done
run_none() { rm -rf "$work/out"; timed "$galley" build "$folder" -o "$work/out"; }
# shellcheck disable=SC2086
pairs 5 none $names
percent() { calculate "($(median_of_ratios "$1" none 2) - 1) * 100" %+.1f; }
figure "a filter with one heading handler" "$(percent heading)" % "+3 %"
figure "a filter with one text handler" "$(percent text)" % "+12 %"
nodes=682000
figure "walking every node from Lua" "$(calculate "($(median_time walk 2) - $(median_time document 2)) * 1e9 / $nodes" %.0f)" ns "130 ns a node"
figure "one selector" "$(percent one)" %
figure "100 selectors on one pass" "$(percent hundred)" %
figure "100 selectors / one, of what each adds to the build" \
    "$(calculate "($(median_time hundred 2) - $(median_time none 2)) / ($(median_time one 2) - $(median_time none 2))")" x "3 x"
# A page through the newsroom's templates beside a layout that writes as many files of as many bytes and does no
# more. The lists of authors and topics are pages too.
mkdir -p "$folder/plugins/layouts"
run_newsroom() { rm -rf "$work/out"; timed "$galley" build "$folder" -o "$work/out" -j 1; }
run_newsroom >/dev/null
sizes_below() { find "$1" -name '*.html' -printf '%P %s\n'; }
sizes_below "$work/out" >"$work/sizes"
copy_layout() { # FRAME: the bytes around an article's own; LISTS, BYTES: how many other pages, of how many each
    cat >"$folder/plugins/layouts/copy.lua" <<LUA
local frame, list = ("x"):rep($1), ("x"):rep($3)
return { kind = "layout", name = "copy", api = 1, page = function(article) return frame .. article:html() end,
  pages = function(corpus, ctx) for i = 1, $2 do ctx.emit{ path = "lists/" .. i .. ".html", content = list } end end }
LUA
}
run_copy() { rm -rf "$work/out"; timed "$galley" build "$folder" -o "$work/out" -j 1 --layout copy; }
copy_layout 0 0 0
run_copy >/dev/null
sizes_below "$work/out" >"$work/own"
# Of the newsroom's pages those that copy makes too are articles.
read -r pages articles lists frame list < <(awk '
    NR == FNR { own[$1] = $2; next }
    $1 in own { articles++; frame += $2 - own[$1]; next }
    { lists++; bytes += $2 }
    END { printf "%d %d %d %d %d\n", articles + lists, articles, lists, frame / articles, bytes / lists }' "$work/own" "$work/sizes")
echo "newsroom: $articles articles, each its body and $frame bytes; $lists other pages of $list bytes"
copy_layout "$frame" "$lists" "$list"
pairs 3 newsroom copy
figure "a page through the newsroom layout beyond its bytes' copying" \
    "$(calculate "($(median_time newsroom 2) - $(median_time copy 2)) * 1e6 / $pages" %.1f)" us "12 us a page"
rm -rf "$folder/plugins"
rm -rf "$work/out" "$work/filters"
