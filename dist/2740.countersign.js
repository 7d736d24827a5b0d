export const id=2740;export const ids=[2740];export const modules={2740:(function(n,e,o){o.d(e,{completion:()=>completion});var t=o(6282);var s=o(36571);var r=o(2698);const a=["bash","zsh","fish"];const c=["plan","apply","status","revoke","prove","kubeconfig","policy explain"];const i=["requests","clusters","contexts"];const u=new Map([["cluster","clusters"],["context","contexts"]]);function completionScript(n,e,o){const t=branchesOf(e,o);if("fish"===n)return fishScript(t);return"bash"===n?bashScript(t):zshScript(t)}function branchesOf(n,e){const o={next:[],flags:[],formats:r.h,takesRequests:false};const t=n.map(({name:n,text:e,flags:o,formats:t=[]})=>{const s=n.split(" ");const a=c.includes(n);const i=s.at(-1)??"";return{path:s,word:i,text:e,next:[],flags:o,formats:[...r.h,...t],takesRequests:a}});const s=e.map(({name:n,text:e})=>{const s=t.filter(({path:e})=>2===e.length&&e[0]===n);return{...o,path:[n],word:n,text:e,next:s}});const a=[...t.filter(({path:n})=>1===n.length),...s];return[{...o,path:[],word:"",text:"",next:a},...s,...t]}function dashes(n){return n.map(({name:n,text:e})=>({word:`--${n}`,text:e}))}function valueFlags(n){const e=[...r.a,...n.flatMap(n=>n.flags)];const o=e.filter(({value:n})=>void 0!==n);return[...new Set(["-o",...o.map(({name:n})=>`--${n}`)])].toSorted()}function settings({formats:n,takesRequests:e}){return`formats=(${n.join(" ")}) values=${e?"requests":""}`}function namedLoop(n,e){return`  for ((i = ${e}; i < last; i++)); do
    word=$\{typed[i]}
    case $word in
      (${valueFlags(n).join("|")}) ((i++)) ;;
      (-*) ;;
      (*) _countersign_known "$\{named:+$named }$word" && named="$\{named:+$named }$word" ;;
    esac
  done`}function bashScript(n){const words=n=>n.map(({word:n})=>n).join(" ");const e=n.map(n=>`    '${n.path.join(" ")}') words='${words(n.next)}' flags='${words(dashes(n.flags))}' ${settings(n)} ;;`);return`# countersign completion for bash
_countersign() {
  local line=$\{COMP_LINE:0:COMP_POINT} named='' words='' flags='' values='' word i
  local -a typed formats
  COMPREPLY=()
  read -ra typed <<<"$line"
  [[ $line == *[[:space:]] ]] && typed+=('')
  local last=$(($\{#typed[@]} - 1))
  local current=$\{typed[last]}
${namedLoop(n,1)}
  case $named in
${e.join("\n")}
  esac
  case $\{typed[last-1]} in
    ${valueCases("_countersign_values",'COMPREPLY=($(compgen -W "${formats[*]}" -- "$current"))')}
    ${valueFlags(n).join("|")}) return ;;
  esac
  if [[ $current == -* ]]; then words="$flags ${words(dashes(r.a))}"
  elif [[ -n $values ]]; then _countersign_values $values; return; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
_countersign_values() {
  # Readline replaces only what follows a colon or =, or begins with @.
  local value marks=$\{COMP_WORDBREAKS//[^:=]/} rest cut
  cut=$\{current%"$\{current##*[$marks]}"}; rest=$\{current#"$cut"}
  [[ $COMP_WORDBREAKS == *@* && $rest == *@* ]] && cut+=$\{rest%@*}
  while IFS= read -r value; do
    [[ $value == "$current"* ]] && printf -v value %q "$value" && COMPREPLY+=("$\{value#"$cut"}")
  done < <(countersign completion "$1" 2>/dev/null)
}
${knownFunction(n)}
complete -o default -F _countersign countersign
`}function zshScript(n){const words=n=>n.map(described).join(" ");const e=n.map(n=>`    ('${n.path.join(" ")}') words_=(${words(n.next)}) flags=(${words(dashes(n.flags))}) ${settings(n)} ;;`);return`#compdef countersign
# countersign completion for zsh
_countersign() {
  local named='' values='' word i last=$CURRENT
  local -a words_ flags formats typed
  typed=("$\{words[@]}")
${namedLoop(n,2)}
  case $named in
${e.join("\n")}
  esac
  case $words[CURRENT-1] in
    ${valueCases("_countersign_values","compadd -a formats")}
    (${valueFlags(n).join("|")}) _files; return ;;
  esac
  flags+=(${words(dashes(r.a))})
  if [[ $words[CURRENT] == -* ]]; then _describe flag flags
  elif (($\{#words_})); then _describe command words_
  elif [[ -n $values ]]; then _countersign_values $values || _files
  else _files; fi
}
_countersign_values() {
  local -a found
  found=("$\{(@f)$(countersign completion $1 2>/dev/null)}")
  compadd -a found
}
${knownFunction(n)}
compdef _countersign countersign
`}function valueCases(n,e){const o=[...u].map(([e,o])=>`(--${e}) ${n} ${o}; return ;;`);return[...o,`(-o|--output) ${e}; return ;;`].join("\n    ")}function fishScript(n){const e=n.flatMap(({path:n,next:e,flags:o,formats:t,takesRequests:s})=>{const[a,c]=n;const i=e.map(({word:n})=>n).join(" ");const u=void 0===a?"__fish_use_subcommand":void 0===c?`__fish_seen_subcommand_from ${a}${""===i?"":`; and not __fish_seen_subcommand_from ${i}`}`:`__fish_seen_subcommand_from ${a}; and __fish_seen_subcommand_from ${c}`;return[...e.map(({word:n,text:e})=>`complete -c countersign -f -n '${u}' -a ${n} -d ${quoted(e)}`),...o.map(n=>`complete -c countersign -n '${u}' ${fishFlag(n)}`),...[...s?[`-a ${fishValues("requests")}`]:[],...t.slice(r.h.length).map(n=>`-l output -s o -x -a ${n}`)].map(n=>`complete -c countersign -n '${u}' ${n}`)]});const o=r.a.map(n=>`complete -c countersign ${fishFlag(n)}`);return`# countersign completion for fish\n${[...e,...o].join("\n")}\n`}function fishFlag({name:n,short:e,value:o,text:t}){const s=u.get(n);const a="output"===n?`'${r.h.join(" ")}'`:s&&fishValues(s);const c=void 0===a?void 0===o?"":" -r":` -x -a ${a}`;return`-l ${n}${void 0===e?"":` -s ${e}`}${c} -d ${quoted(t)}`}function fishValues(n){return`'(countersign completion ${n} 2>/dev/null)'`}function knownFunction(n){const e=n.flatMap(({path:n})=>n.length>0?`'${n.join(" ")}'`:[]);return`_countersign_known() { case $1 in (${e.join("|")}) ;; (*) return 1 ;; esac; }`}function described({word:n,text:e}){return quoted(`${n}:${e}`)}function quoted(n){return`'${n.replaceAll("'","’")}'`}async function completion(n,e,r,c){const{terminal:u}=n;const l=i.find(n=>n===e);if(void 0!==l){const{completedValues:e}=await Promise.all([o.e(8815),o.e(7357),o.e(2857),o.e(2064),o.e(3263),o.e(200),o.e(9913),o.e(654),o.e(8763),o.e(3933),o.e(5985)]).then(o.bind(o,50161));const t=await e(n,l);if(t.length>0)u.result(t.join("\n"));return 0}const $=a.find(n=>n===e);if(void 0===$)throw(0,t.II)(`there is no completion for ${(0,s.RK)(e)}`,`use one of: ${a.join(", ")}`);u.result(completionScript($,r,c).trimEnd());return 0}})};
