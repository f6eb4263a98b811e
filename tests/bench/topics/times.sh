# Where the time of a build of 10,000 articles goes, as `galley build --times` counts it: by the clock, so that on a
# busy machine waiting for a processor is in every line.
folder=$(site 10000)
rm -rf "$work/out"
"$galley" build "$folder" -o "$work/out" --times 2>&1 | grep ' s$'
rm -rf "$work/out"
