#!/usr/bin/env bash
# Hostile values in every context of a template, parsed by a real HTML parser: nothing may break out.
# tests/run: limit 300
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 3
name="hostile values in templates"
command -v node >/dev/null || { echo "skip - $name: node is not installed"; exit 0; }
[ -d node_modules/parse5 ] || { echo "skip - $name: parse5 is not installed; run make test once"; exit 0; }
scratch=$(mktemp -d) || exit 3
trap 'rm -rf "$scratch"' EXIT
"${GALLEY:-../build/galley}" lua hostile/template.lua >"$scratch/pages" || { echo "not ok - $name: the pages were not made"; exit 1; }
cp hostile/template.mjs "$scratch/" && ln -s "$PWD/node_modules" "$scratch/node_modules"
node "$scratch/template.mjs" <"$scratch/pages"
