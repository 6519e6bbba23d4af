# fish completion for gradcalc: put this file into ~/.config/fish/completions, or run
#   gradcalc completion fish | source

function __gradcalc_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete fish $words[2..-1] "$current" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path $current
        else
            echo $line
        end
    end
end

complete -c gradcalc -f -a '(__gradcalc_complete)'
