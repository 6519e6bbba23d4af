#compdef gradcalc
# zsh completion for gradcalc: put this file as _gradcalc into a folder of $fpath, or run
#   source <(gradcalc completion zsh)

_gradcalc() {
    local line files="" word tab=$'\t'
    local -a found described calls shown
    for line in "${(@f)$($words[1] __complete zsh "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        word=${line%%$tab*}
        case $word in
            '') ;;
            :files) files=1 ;;
            *\() calls+=("$word") shown+=("$word  -- ${line#*$tab}") ;;
            *) found+=("$word") described+=("${word}${${line#$word}:+  -- ${line#*$tab}}") ;;
        esac
    done
    (( $#found )) && compadd -l -d described -a found
    (( $#calls )) && compadd -S '' -l -d shown -a calls
    [[ -n $files ]] && _files
    return 0
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _gradcalc "$@"
else
    compdef _gradcalc gradcalc
fi
