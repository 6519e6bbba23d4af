# bash completion for gradcalc: source this file in ~/.bashrc, or run
#   source <(gradcalc completion bash)

_gradcalc() {
    local IFS=$'\n' line=${COMP_LINE:0:COMP_POINT} current=${COMP_WORDS[COMP_CWORD]} word found
    # The words as typed. Bash breaks them at = and ( too, unless they are quoted: "${line}" is
    # split again where blanks outside of quotes are.
    local words=() open="" text="" character
    local -i k
    for ((k = 0; k < ${#line}; k++)); do
        character=${line:k:1}
        if [[ $open ]]; then
            [[ $character == "$open" ]] && open=""
            text+=$character
        elif [[ $character == [\"\'] ]]; then
            open=$character text+=$character
        elif [[ $character == \\ ]]; then
            text+=$character${line:k+1:1} k+=1
        elif [[ $character == [[:blank:]] ]]; then
            [[ $text ]] && words+=("$text")
            text=""
        else
            text+=$character
        fi
    done
    [[ $current == [=:] ]] && current=""
    [[ $current == [\"\']* ]] && current=${current:1}
    word=${text#[\"\']}
    local -i start=$((${#word} - ${#current}))
    ((start < 0)) && start=0
    COMPREPLY=()
    for found in $("${words[0]}" __complete bash "${words[@]:1}" "$text" 2>/dev/null); do
        if [[ $found == :files ]]; then
            compopt -o filenames 2>/dev/null
            COMPREPLY+=($(compgen -f -- "$current"))
        else
            COMPREPLY+=("${found:start}")
        fi
    done
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[\(=] ]] && compopt -o nospace 2>/dev/null
    return 0
}

complete -F _gradcalc gradcalc
