# Exports of 10,000 articles beside `galley build` of the same site; an epub of 1,000.
size=10000
[ -n "${QUICK:-}" ] && size=1000
folder=$(site "$size")
run_build() { rm -rf "$work/out"; timed "$galley" build "$folder" -o "$work/out"; }
run_ndjson() { timed "$galley" export ndjson --site "$folder" -o "$work/x.ndjson"; }
run_rss() { timed "$galley" export rss --site "$folder" -o "$work/x.xml"; }
run_csv() { timed "$galley" export csv --site "$folder" -o "$work/x.csv"; }
pairs 3 build ndjson rss csv
for name in ndjson rss csv; do
    figure "$size articles: export $name / galley build" "$(calculate "$(median_of_ratios "$name" build)")" x "0.25 x"
done
thousand=$(site 1000)
run_epub() { timed "$galley" export epub --site "$thousand" -o "$work/x.epub"; }
pairs 3 epub
figure "1,000 articles: export epub" "$(median_time epub)" s "3 s"
rm -rf "$work/out"
