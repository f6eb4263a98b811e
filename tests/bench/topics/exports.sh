# Exports of 10,000 articles beside `galley build` of the same site and the C floor program; their memory for 1,000 and
# for 40,000 articles; an epub of 1,000. rss is the feed of all articles, whole, not of the newest 20.
size=10000 large=40000
[ -n "${QUICK:-}" ] && size=1000 large=4000
folder=$(site "$size")
run_build() { rm -rf "$work/out"; timed "$galley" build "$folder" -o "$work/out"; }
run_floor() { rm -rf "$work/floor"; timed "$tools/floor" "$folder/content" "$work/floor"; }
run_ndjson() { timed "$galley" export ndjson --site "$folder" -o "$work/x.ndjson"; }
run_rss() { timed "$galley" export rss --site "$folder" --option limit=0 -o "$work/x.xml"; }
run_csv() { timed "$galley" export csv --site "$folder" -o "$work/x.csv"; }
pairs 3 build floor ndjson rss csv
for name in ndjson rss csv; do
    figure "$size articles: export $name / galley build" "$(calculate "$(median_of_ratios "$name" build)")" x "0.25 x"
done
for name in ndjson rss csv; do
    figure "$size articles: processor time of $name / floor (C, no Lua)" "$(calculate "$(median_of_ratios "$name" floor 2)")" x
done
thousand=$(site 1000) many=$(site "$large")
for name in ndjson rss csv; do
    options=
    [ "$name" = rss ] && options="--option limit=0"
    # shellcheck disable=SC2086
    few_kb=$("$tools/measure" --memory "$galley" export "$name" $options --site "$thousand" -o "$work/x" 2>/dev/null)
    # shellcheck disable=SC2086
    many_kb=$("$tools/measure" --memory "$galley" export "$name" $options --site "$many" -o "$work/x" 2>/dev/null)
    figure "export $name: memory of 1,000 articles" "$(calculate "$few_kb / 1024" "%.0f")" MB
    figure "export $name: memory of $large articles" "$(calculate "$many_kb / 1024" "%.0f")" MB
    figure "export $name: each further article" "$(calculate "($many_kb - $few_kb) / ($large - 1000)" "%.1f")" KB
done
run_epub() { timed "$galley" export epub --site "$thousand" -o "$work/x.epub"; }
pairs 3 epub
figure "1,000 articles: export epub" "$(median_time epub)" s "3 s"
rm -rf "$work/out" "$work/floor" "$work/x"*
