#compdef galley
# Completion of galley's command line for zsh. It knows no command and no option itself: it asks the
# program's own --help, so that the two cannot come apart.
_galley() {
    local program=$words[1] command='' word
    local -a answer
    for word in ${words[2,CURRENT-1]}; do
        [[ $word == -* ]] || { command=$word; break }
    done
    case $words[CURRENT-1] in
        --site|-o|--output|--into) _files; return ;;
    esac
    if [[ -z $command && $words[CURRENT] != -* ]]; then
        # Under "Commands:" a command stands at the start of an indented line, then what it does.
        answer=(${(f)"$($program --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  *\([a-z][a-z-]*\)  *\(.*\)/\1:\2/p')"})
        _describe -t commands command answer
    elif [[ $words[CURRENT] == -* ]]; then
        answer=(${(f)"$($program $command --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u)"})
        compadd -a answer
    else
        case $command:$words[CURRENT-1] in
            export:export) answer=(${(f)"$($program plugins --names export 2>/dev/null)"}) ;;
            import:import) answer=(${(f)"$($program plugins --names import 2>/dev/null)"}) ;;
            plugins:plugins) answer=(${(f)"$($program plugins --names 2>/dev/null)"}) ;;
        esac
        (( $#answer )) && compadd -a answer
        _files
    fi
}
_galley "$@"
