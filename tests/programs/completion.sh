#!/usr/bin/env bash
# Shell completion offers the commands and options which galley --help names, in bash and zsh; and the
# real galley's help names every command that there is. tests/run: quick
. "${BASH_SOURCE%/*}/lib/test.sh"
is() { # NAME WANTED GOT
    if [ "$2" = "$3" ]; then echo "ok - $1"; return; fi
    printf '# wanted: %s\n# got:    %s\n' "$2" "$3"
    echo "not ok - $1"
    failures=$((failures + 1))
}
cat >"$TMPDIR/galley" <<'END'
#!/bin/sh
case "$*" in
--help) printf 'Galley.\n\nCommands:\n  build [SITE]   the main job\n  export NAME    for others: see\n\nOptions:\n  --site DIR   the site\n  --quiet\n' ;;
"build --help") printf 'galley build [SITE]\n\n  -o, --output DIR   where\n  -j, --jobs N\n  --drafts\n' ;;
"plugins --names export") printf 'csv\njson-feed\n' ;;
esac
END
chmod +x "$TMPDIR/galley"
mkdir "$TMPDIR/empty" && cd "$TMPDIR/empty" || exit 3

in_bash() { # WORD...: what is offered for the last word, on one line
    bash -c '
        compopt() { :; }
        source "$TOP/scripts/completion/galley.bash"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _galley
        echo "${COMPREPLY[@]}"' bash "$@"
}
in_zsh() {
    zsh -f -c '
        offered=()
        _describe() { local entry; for entry in "${(@P)4}"; do offered+=("${entry%%:*}"); done }
        compadd() { offered+=("${(@P)2}") }
        _files() { : }
        words=("$@") CURRENT=$#
        source "$TOP/scripts/completion/galley.zsh"
        # The shell itself keeps those that begin with the word.
        print -r -- ${(M)offered:#${words[CURRENT]}*}' zsh "$@"
}
try() { # SHELL
    is "$1: commands" "build export" "$(in_$1 "$2" '')"
    is "$1: commands that begin so" "export" "$(in_$1 "$2" ex)"
    is "$1: options of a command" "--drafts --help --jobs --output" "$(in_$1 "$2" build --)"
    is "$1: options before a command" "--help --quiet --site" "$(in_$1 "$2" --)"
    is "$1: names of exports" "csv json-feed" "$(in_$1 "$2" export '')"
}
sed -i 's/--drafts/--drafts\\n  --help/; s/--quiet/--quiet\\n  --help/' "$TMPDIR/galley"
try bash "$TMPDIR/galley"
if command -v zsh >/dev/null; then try zsh "$TMPDIR/galley"; else echo "skip - zsh: zsh is missing"; fi

commands=$(cd "$TOP/scripts" && ls -- *.lua ../plugins/commands/*.lua 2>/dev/null | sed 's,.*/,,' | sed 's/\.lua$//' | LC_ALL=C sort | tr '\n' ' ')
if [ -x "$GALLEY" ] && [ -n "$commands" ]; then
    is "every command is offered" "${commands% }" "$(in_bash "$GALLEY" '' | tr ' ' '\n' | LC_ALL=C sort | tr '\n' ' ' | sed 's/ $//')"
    for command in $commands; do
        case " $(in_bash "$GALLEY" "$command" --) " in
        *" --help "*" --site "* | *" --site "*" --help "*) ;;
        *) is "options of galley $command" "--help --site ..." "$(in_bash "$GALLEY" "$command" --)" ;;
        esac
    done
fi
