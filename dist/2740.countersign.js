export const id=2740;export const ids=[2740];export const modules={2740:(function(n,o,e){e.d(o,{completion:()=>completion});var r=e(6282);var s=e(31503);var t=e(2698);const i=["bash","zsh","fish"];function completionScript(n,o,e){const r=branchesOf(o,e);if("fish"===n)return fishScript(r);return"bash"===n?bashScript(r):zshScript(r)}function branchesOf(n,o){const e=n.map(({name:n,text:o,flags:e})=>{const r=n.split(" ");return{path:r,word:r.at(-1)??"",text:o,next:[],flags:e}});const r=o.map(({name:n,text:o})=>{const r=e.filter(({path:o})=>2===o.length&&o[0]===n);return{path:[n],word:n,text:o,next:r,flags:[]}});const s=[...e.filter(({path:n})=>1===n.length),...r];return[{path:[],word:"",text:"",next:s,flags:[]},...r,...e]}function dashes(n){return n.map(({name:n,text:o})=>({word:`--${n}`,text:o}))}function valueFlags(n){const o=[...t.a,...n.flatMap(n=>n.flags)];const e=o.filter(({value:n})=>void 0!==n);return[...new Set(["-o",...e.map(({name:n})=>`--${n}`)])].toSorted()}function bashScript(n){const o=n.map(({path:n,next:o,flags:e})=>{const r=o.map(({word:n})=>n).join(" ");const s=dashes(e).map(({word:n})=>n);return`    '${n.join(" ")}') words='${r}' flags='${s.join(" ")}' ;;`});return`# countersign completion for bash
_countersign() {
  local current=$\{COMP_WORDS[COMP_CWORD]} previous=$\{COMP_WORDS[COMP_CWORD-1]}
  local named='' words='' flags='' word i
  COMPREPLY=()
  case $previous in ${valueFlags(n).join("|")}) return ;; esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=$\{COMP_WORDS[i]}
    case $word in
      ${valueFlags(n).join("|")}) ((i++)) ;;
      -*) ;;
      *) _countersign_known "$\{named:+$named }$word" && named="$\{named:+$named }$word" ;;
    esac
  done
  case $named in
${o.join("\n")}
  esac
  if [[ $current == -* ]]; then words="$flags ${globalWords()}"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
_countersign_known() {
  case $1 in ${knownPattern(n)}) return 0 ;; esac
  return 1
}
complete -o default -F _countersign countersign
`}function zshScript(n){const o=n.map(({path:n,next:o,flags:e})=>{const r=o.map(described).join(" ");return`    ('${n.join(" ")}') words_=(${r}) flags=(${dashes(e).map(described).join(" ")}) ;;`});return`#compdef countersign
# countersign completion for zsh
_countersign() {
  local named='' word i
  local -a words_ flags
  case $words[CURRENT-1] in (${valueFlags(n).join("|")}) _files; return ;; esac
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    case $word in
      (${valueFlags(n).join("|")}) ((i++)) ;;
      (-*) ;;
      (*) _countersign_known "$\{named:+$named }$word" && named="$\{named:+$named }$word" ;;
    esac
  done
  case $named in
${o.join("\n")}
  esac
  flags+=(${dashes(t.a).map(described).join(" ")})
  if [[ $words[CURRENT] == -* ]]; then _describe flag flags
  elif (($\{#words_})); then _describe command words_
  else _files; fi
}
_countersign_known() {
  case $1 in (${knownPattern(n)}) return 0 ;; esac
  return 1
}
compdef _countersign countersign
`}function fishScript(n){const o=n.flatMap(({path:n,next:o,flags:e})=>{const[r,s]=n;const t=o.map(({word:n})=>n).join(" ");const i=void 0===r?"__fish_use_subcommand":void 0===s?`__fish_seen_subcommand_from ${r}${""===t?"":`; and not __fish_seen_subcommand_from ${t}`}`:`__fish_seen_subcommand_from ${r}; and __fish_seen_subcommand_from ${s}`;return[...o.map(({word:n,text:o})=>`complete -c countersign -f -n '${i}' -a ${n} -d ${quoted(o)}`),...e.map(n=>`complete -c countersign -n '${i}' ${fishFlag(n)}`)]});const e=t.a.map(n=>`complete -c countersign ${fishFlag(n)}`);return`# countersign completion for fish\n${[...o,...e].join("\n")}\n`}function fishFlag({name:n,value:o,text:e}){return`-l ${n}${void 0===o?"":" -r"} -d ${quoted(e)}`}function knownPattern(n){const o=n.filter(({path:n})=>n.length>0);return o.map(({path:n})=>`'${n.join(" ")}'`).join("|")}function globalWords(){return dashes(t.a).map(({word:n})=>n).join(" ")}function described({word:n,text:o}){return quoted(`${n}:${o}`)}function quoted(n){return`'${n.replaceAll("'","’")}'`}async function completion({terminal:n},o,e,t){const c=i.find(n=>n===o);if(void 0===c)throw(0,r.II)(`there is no completion for ${(0,s.RK)(o)}`,`use one of: ${i.join(", ")}`);n.result(completionScript(c,e,t).trimEnd());return 0}})};
