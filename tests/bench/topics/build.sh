# `galley build` with the newsroom layout beside the floor program, from 1,000 to 40,000 articles.
sizes="1000 10000 40000"
[ -n "${QUICK:-}" ] && sizes="1000 10000"
middle=10000

for size in $sizes; do
    folder=$(site "$size")
    run_floor() { rm -rf "$work/floor"; timed "$tools/floor" "$folder/content" "$work/floor"; }
    run_fresh() { rm -rf "$work/out"; timed "$galley" build "$folder" -o "$work/out"; }
    run_again() { timed "$galley" build "$folder" -o "$work/out"; }
    run_compared() { timed "$galley" build "$folder" -o "$work/out" --again; }
    rounds=5
    [ "$size" = 40000 ] && rounds=3
    pairs 1 floor fresh >/dev/null # warms the caches
    mkdir -p "$work/times"
    : >"$work/times/floor"; : >"$work/times/fresh"; : >"$work/times/again"; : >"$work/times/compared"
    for ((round = 1; round <= rounds; round++)); do
        for name in floor fresh again compared; do "run_$name" >>"$work/times/$name"; done
    done
    figure "$size articles: the floor, one core" "$(median_time floor)" s
    figure "$size articles: galley build, by the clock" "$(median_time fresh)" s
    figure "$size articles: galley build / floor, by the clock" "$(calculate "$(median_of_ratios fresh floor)")" x "$([ "$size" = $middle ] && echo '1.0 x on two cores')"
    figure "$size articles: galley build / floor, processor time" "$(calculate "$(median_of_ratios fresh floor 2)")" x
    figure "$size articles: nothing changed / from nothing" "$(calculate "$(median_of_ratios again fresh)")" x "0.6 x"
    figure "$size articles: every output compared (--again) / from nothing" "$(calculate "$(median_of_ratios compared fresh)")" x
    declare "fresh_$size=$(median_time fresh)" "floor_$size=$(median_time floor)" "work_$size=$(median_time fresh 2)"
    # Pss of the parent and the workers, sampled; what is in files on the RAM disk is not counted.
    rm -rf "$work/out"
    kilobytes=$("$tools/measure" --memory "$galley" build "$folder" -o "$work/out" 2>/dev/null)
    figure "$size articles: peak memory of all processes (Pss)" "$((kilobytes / 1024))" MB
    figure "$size articles: peak memory an article" "$(calculate "$kilobytes / $size" %.1f)" KB "24 KB"
    rm -rf "$work/floor"
done
if [ -z "${QUICK:-}" ]; then
    exponent='log(%s / %s) / log(4)'
    figure "growth from 10,000 to 40,000: galley build, N^" "$(calculate "$(printf "$exponent" "$fresh_40000" "$fresh_10000")")" "" "N^1.05"
    figure "growth from 10,000 to 40,000: galley build, processor time, N^" "$(calculate "$(printf "$exponent" "$work_40000" "$work_10000")")" ""
    figure "growth from 10,000 to 40,000: the floor, N^" "$(calculate "$(printf "$exponent" "$floor_40000" "$floor_10000")")" ""
fi

# The same bytes from one worker and from eight.
folder=$(site 1000)
rm -rf "$work/one" "$work/eight"
"$galley" build "$folder" -o "$work/one" -j1 2>/dev/null
"$galley" build "$folder" -o "$work/eight" -j8 2>/dev/null
diff -r "$work/one" "$work/eight" >/dev/null && echo "the same bytes with -j1 and -j8: yes" || echo "the same bytes with -j1 and -j8: NO"
rm -rf "$work/one" "$work/eight" "$work/out"
