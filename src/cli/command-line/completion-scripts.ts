/**
 * Each script asks `registry complete` for lines of `value<tab>description`, or the only line `:files`. It passes the typed
 * text as arguments and never evaluates it.
 */
export const completionScripts = {
  bash: `# bash completion of registry
_registry() {
  local line="\${COMP_LINE:0:COMP_POINT}" reply value prefix=""
  local current="\${line##*[[:space:]]}"
  # bash takes what is behind the last = or : for the word to complete.
  [[ $current == *[=:]* ]] && prefix="\${current%"\${current##*[=:]}"}"
  COMPREPLY=()
  while IFS= read -r reply; do
    if [[ $reply == ":files" ]]; then
      compopt -o default
      return
    fi
    value="\${reply%%$'\\t'*}"
    COMPREPLY+=("\${value#"$prefix"}")
  done < <("\${COMP_WORDS[0]}" complete --line "$line" 2>/dev/null)
  [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *[=,] ]] && compopt -o nospace
}
complete -F _registry registry
`,
  zsh: `#compdef registry
_registry() {
  local -a words_and_texts fields_and_texts
  local reply value text
  while IFS= read -r reply; do
    if [[ $reply == ":files" ]]; then
      _files
      return
    fi
    value="\${reply%%$'\\t'*}"
    text="\${reply#*$'\\t'}"
    if [[ $value == *= ]]; then
      fields_and_texts+=("\${value//:/\\\\:}:$text")
    else
      words_and_texts+=("\${value//:/\\\\:}:$text")
    fi
  done < <(registry complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#words_and_texts )) && _describe -t words registry words_and_texts
  (( $#fields_and_texts )) && _describe -t fields field fields_and_texts -S ''
}
if [[ $funcstack[1] == _registry ]]; then _registry "$@"; else compdef _registry registry; fi
`,
  fish: `# fish completion of registry
function __registry_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l replies (registry complete -- $words[2..-1] 2>/dev/null)
  if test "$replies[1]" = ":files"
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $replies
  end
end
complete -c registry -f -a '(__registry_complete)'
`,
} as const
