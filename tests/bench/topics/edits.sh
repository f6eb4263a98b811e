# A rename over 10,000 articles of which some 2,000 change, as a dry run, beside a search for the word and beside one
# core that reads and parses the same files with cmark; then writing the changes to a real disk, and the memory.
size=10000
[ -n "${QUICK:-}" ] && size=1000
folder=$(site "$size")
word=cluisss
mkdir -p "$work/edits"
cat >"$work/edits/eight.lua" <<LUA
return {
  kind = "edit", name = "eight", api = 1,
  article = function(article)
    article.document:replace_text("$word", "Cluisss", { whole_word = true })
  end,
}
LUA
run_parse() { timed "$tools/floor" "$folder/content"; }
run_grep() { timed grep -rlw "$word" "$folder/content"; }
run_rename() { timed "$galley" edit rename --site "$folder" --param "from=$word" --param to=Cluisss; }
run_eight() { timed "$galley" edit "$work/edits/eight.lua" --site "$folder"; }
# Nothing of this can be seen without parsing: every link of every article is asked for.
run_links() { timed "$galley" edit https --site "$folder"; }
pairs 1 parse rename >/dev/null # warms the caches
pairs 5 parse grep rename eight links
rename_ratio=$(median_of_ratios rename parse)
figure "$size articles: grep -rl" "$(median_time grep)" s
figure "$size articles: one core reads and parses them with cmark" "$(median_time parse)" s
figure "$size articles: galley edit rename / the parse, by the clock" "$(calculate "$rename_ratio")" x "2.0 x on two cores"
figure "$size articles: galley edit rename / the parse, processor time" "$(calculate "$(median_of_ratios rename parse 2)")" x
figure "$size articles: an edit of eight lines / the parse, by the clock" "$(calculate "$(median_of_ratios eight parse)")" x "2.0 x on two cores"
figure "$size articles: an edit of every link / the parse, by the clock" "$(calculate "$(median_of_ratios links parse)")" x
figure "$size articles: galley edit rename / grep -rl, by the clock" "$(calculate "$(median_of_ratios rename grep)")" x

# Memory: of all processes, for the same share of changed files in a tenth of the articles and in all.
tenth=$(site $((size / 10)))
peak() { "$tools/measure" --memory "$galley" edit rename --site "$1" --param "from=$word" --param to=Cluisss 2>/dev/null; }
less=$(peak "$tenth") more=$(peak "$folder")
figure "$size articles: peak memory of all processes (Pss)" "$((more / 1024))" MB
figure "    a file beyond $((size / 10))" "$(calculate "($more - $less) / ($size * 0.9)")" KB "2 KB"

# Writing, on the disk that this folder is on: what --apply takes beyond the dry run. Inodes that were given back
# within the last five seconds make ext4 look for others at length, so each round waits.
disk=$tools/edits
rounds=3
applied() {
    rm -rf "$disk"
    cp -r "$folder" "$disk"
    sync -f "$disk"
    sleep 6
    timed "$galley" edit rename --site "$disk" --param "from=$word" --param to=Cluisss --quiet --apply
}
run_apply() { applied; }
run_dry() { timed "$galley" edit rename --site "$disk" --param "from=$word" --param to=Cluisss --quiet; }
run_undo() { timed "$galley" undo --site "$disk"; }
pairs_apply() {
    mkdir -p "$work/times"
    : >"$work/times/apply"; : >"$work/times/dry"; : >"$work/times/undo"
    for ((round = 1; round <= rounds; round++)); do
        run_apply >>"$work/times/apply"
        run_undo >>"$work/times/undo"
        run_dry >>"$work/times/dry"
    done
}
pairs_apply
changed=$("$galley" edit rename --site "$folder" --param "from=$word" --param to=Cluisss --stat --quiet 2>/dev/null | grep -c ' | ')
figure "$changed files on $(stat -f -c %T "$tools"): apply beyond the dry run, a file" \
    "$(calculate "($(median_time apply) - $(median_time dry)) * 1000 / $changed" %.3f)" ms "0.5 ms"
figure "$changed files on $(stat -f -c %T "$tools"): undo, a file" "$(calculate "$(median_time undo) * 1000 / $changed" %.3f)" ms
rm -rf "$disk" "$work/edits"
