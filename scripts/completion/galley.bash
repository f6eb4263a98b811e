# Completion of galley's command line for bash. It knows no command and no option itself: it asks the
# program's own --help, so that the two cannot come apart.
_galley() {
    local word=${COMP_WORDS[COMP_CWORD]} before='' program=${COMP_WORDS[0]} command='' index answer
    [ "$COMP_CWORD" -gt 1 ] && before=${COMP_WORDS[COMP_CWORD - 1]}
    for ((index = 1; index < COMP_CWORD; index++)); do
        case ${COMP_WORDS[index]} in -*) ;; *) command=${COMP_WORDS[index]}; break ;; esac
    done
    COMPREPLY=()
    case $before in
    --site | -o | --output | --into) compopt -o dirnames 2>/dev/null; COMPREPLY=($(compgen -f -- "$word")); return ;;
    esac
    if [ -z "$command" ] && [[ $word != -* ]]; then
        # Under "Commands:" a command stands at the start of an indented line.
        answer=$("$program" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  *\([a-z][a-z-]*\).*/\1/p')
        COMPREPLY=($(compgen -W "$answer" -- "$word"))
    elif [[ $word == -* ]]; then
        answer=$("$program" $command --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u)
        COMPREPLY=($(compgen -W "$answer" -- "$word"))
    else
        case $command:$before in
        export:export) answer=$("$program" plugins --names export 2>/dev/null) ;;
        import:import) answer=$("$program" plugins --names import 2>/dev/null) ;;
        plugins:plugins) answer=$("$program" plugins --names 2>/dev/null) ;;
        esac
        COMPREPLY=($(compgen -W "$answer" -- "$word") $(compgen -f -- "$word"))
        compopt -o filenames 2>/dev/null
    fi
}
complete -F _galley galley
