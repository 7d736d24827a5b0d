export const id=4850;export const ids=[4850];export const modules={86329:(function(t,e,n){n.d(e,{PT:()=>markup,ZD:()=>escapeHtml,m1:()=>ownCode});var o=n(17059);let r=class Html{#t;constructor(t){this.#t=t}toString(){return this.#t}};const a=1e3;const i={"&":"amp","<":"lt",">":"gt",'"':"quot","'":"#39"};function markup(t,...e){const n=e.map(t=>"object"==typeof t?[t].flat().join(""):escapeHtml((0,o.k)(`${t}`,a)));return new r(String.raw({raw:t},...n))}function escapeHtml(t){return t.replaceAll(/[&<>"']/g,t=>`&${i[t]};`)}function ownCode(t,e){return new r(`<${t}>${e}</${t}>`)}}),14850:(function(t,e,n){n.d(e,{statusPage:()=>statusPage});var o=n(77598);var r=n(38729);var a=n(31503);var i=n(36445);var s=n(45775);const d=`
const find = id => document.getElementById(id)
const [words, group] = [find('words'), find('group')]
const heads = [...document.querySelectorAll('thead th:not([hidden])')]
const rows = [...document.querySelectorAll('tbody tr')].map(row => ({ row, text: row.textContent.toLowerCase() }))
const { compare } = new Intl.Collator('en', { numeric: true })

function filter() {
  const wanted = words.value.toLowerCase().split(/\\s+/)
  const isShown = ({ row, text }) => row.className.includes(group.value) && wanted.every(word => text.includes(word))
  for (const each of rows) each.row.hidden = !isShown(each)
  const count = rows.filter(({ row }) => !row.hidden).length
  find('count').textContent = count === rows.length ? '' : count + ' of ' + rows.length + ' shown'
}

/** Rows without a value are last in both directions. */
function sort(head, column) {
  const sign = head.ariaSort === 'ascending' ? -1 : 1
  for (const each of heads) each.removeAttribute('aria-sort')
  head.setAttribute('aria-sort', sign === 1 ? 'ascending' : 'descending')
  const key = cell => cell.dataset.key ?? cell.textContent.trim()
  const keyed = rows.map(({ row }) => [key(row.cells[column]), row])
  keyed.sort(([a], [b]) => (a === '-') - (b === '-') || sign * compare(a, b))
  document.querySelector('tbody').append(...keyed.map(([, row]) => row))
}

for (const [column, head] of heads.entries()) {
  const button = document.createElement('button')
  button.append(...head.childNodes)
  button.onclick = () => sort(head, column)
  head.append(button)
}
words.oninput = group.onchange = filter
document.onkeydown = event => {
  if (event.key !== 'Escape' && (event.key !== '/' || event.target.matches('input, select'))) return
  if (event.key === 'Escape') words.value = ''
  event.preventDefault()
  words.focus()
  filter()
}
find('form').hidden = false
find('stale').hidden = Date.now() < Date.parse(find('until').dateTime)
`;const l=`
:root { color-scheme: light dark; --paper: #fcfcfb; --ink: #1c2126; --soft: #57616b; --line: #e1e4e8; --rim: #7b8590; --link: #0a58ad; --good: #2f7d5b; --due: #9a5b00; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --paper: #15181b; --ink: #e3e6e9; --soft: #9ba5af; --line: #2b3137; --rim: #7d8894; --link: #78b4f8; --good: #5cb88a; --due: #dfa64e; --bad: #ff8d83 } }
* { box-sizing: border-box; margin: 0 }
[hidden] { display: none !important }
body { margin: auto; max-width: 100rem; padding: 2rem clamp(1rem, 3vw, 3rem); background: var(--paper); color: var(--ink);
  font: .875rem/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
h1 { font-size: 1.625rem; font-weight: 600; line-height: 1.25 } h1 + p { margin: .375rem 0; font-size: 1rem }
a { color: var(--link) } :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px }
.soft, th, dt, summary { max-width: 60rem; color: var(--soft); font-size: .8125rem }
#stale { margin-bottom: 1rem; padding: .5rem .75rem; border: 1px solid; border-radius: 4px; color: var(--bad); font-weight: 600 }
form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: 1.5rem 0 }
input, select { max-width: 100%; padding: .375rem .625rem; border: 1px solid var(--rim); border-radius: 4px; background: var(--paper); color: inherit; font: inherit }
input { width: 22rem } kbd { padding: 0 .3rem; border: 1px solid var(--line); border-radius: 3px; font: inherit }
table, thead, tbody, th, td { display: block } thead { position: sticky; top: 0; z-index: 1; background: var(--paper) }
tr { display: grid; grid-template-columns: 2fr 1.2fr 2.4fr 8rem 8rem 2.4fr 1.4fr 3.4fr; gap: 0 1rem; align-items: start; padding: .5rem 0; border-bottom: 1px solid var(--line) }
thead tr { align-items: end } tbody tr { content-visibility: auto; contain-intrinsic-size: auto 3.5rem }
th, td { min-width: 0; padding: 0; text-align: left; font-weight: 400 } td:first-child { padding-bottom: 1.25rem; font-weight: 600 }
th button { width: 100%; padding: 0; border: 0; background: none; color: inherit; font: inherit; text-align: left; cursor: pointer }
th button:hover, summary:hover, th[aria-sort] { color: var(--ink) }
th[aria-sort] button::after { content: ' \\2191' } th[aria-sort=descending] button::after { content: ' \\2193' }
small { display: block; color: var(--soft); font-size: .75rem; white-space: nowrap }
.more { grid-column: 1 / -1; margin-top: -1.25rem } summary { width: max-content; cursor: pointer }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .125rem 1.5rem; margin: .5rem 0 .5rem 1rem } dd { font: .8125rem/1.5 ui-monospace, monospace }
svg { display: block; overflow: visible } text { fill: var(--soft); font-size: .75rem; text-anchor: middle }
tr { --state: var(--good) } .attention { --state: var(--bad) } .due { --state: var(--due) } .leaving, .earlier { --state: var(--rim) }
rect { fill: var(--state) } line, circle { fill: var(--paper); stroke: var(--state); stroke-width: 2 }
.attention td:nth-child(6), .due td:nth-child(5) { color: var(--state) } footer { margin-top: 1.5rem }
@media (max-width: 60rem) {
  thead { position: static } thead tr { display: flex; flex-wrap: wrap } th button { width: auto } th:nth-child(8), th:not(:has(button)) { display: none }
  tbody tr { display: block; contain-intrinsic-size: auto 11rem } td { min-height: 1.3125rem; padding-left: 6.5rem }
  td:first-child, td:nth-child(n+8) { margin: .25rem 0; padding: 0 } td:first-child { font-size: 1rem }
  small { display: inline; margin-left: .5rem } dl { display: block; margin-left: 0 }
  td::before { float: left; margin-left: -6.5rem; color: var(--soft); font-size: .8125rem; line-height: 1.3125rem }
  td:nth-child(2)::before { content: 'Cluster' } td:nth-child(3)::before { content: 'Who' } td:nth-child(4)::before { content: 'Ends' }
  td:nth-child(5)::before { content: 'Renews' } td:nth-child(6)::before { content: 'State' } td:nth-child(7)::before { content: 'Approved by' }
}
`;var c=n(86329);const m=864e5;const u={attention:"needs attention",due:"due for renewal",renews:"renews by itself",leaving:"not renewed",earlier:"out of use, still works"};function statusPage(t,e){const{now:n,unreachable:o,lastApply:i}=e;const s=[...t.map(t=>({...t,group:groupOf(t,n)})),...earlierRows(e)];const h=s.toSorted((t,e)=>Number(e.needsAttention)-Number(t.needsAttention));const p=timeline(h,n);const of=t=>h.filter(({group:e})=>e===t).length;const f=new Date(n.getTime()+7*m);const w=t.filter(({until:t,renewAt:e,endsAsAsked:n})=>null===e&&!n&&t&&t<=f);const g=of("attention");const b=`${g||"No"} certificate${1===g?" needs":"s need"} attention${o>0?`; clusters that were not read: ${o}`:""}`;const $=Object.entries(u).map(([t,e])=>(0,c.PT)`<option value="${t}">${e} (${of(t)})</option>`);const v=l+p.css;const y=`default-src 'none'; style-src ${hashOf(v)}; script-src ${hashOf(d)}; base-uri 'none'; form-action 'none'`;const k=new Date(n.getTime()+m);return(0,c.PT)`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${y}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${b}</title>
${(0,c.m1)("style",v)}
</head><body><main>
<p id="stale" role="status" hidden>This page is older than 24 hours. Do not rely on it.</p>
<h1>${b}</h1>
<p>${t.length} in use or asked for · ${w.length} expire within 7 days without renewal · ${of("due")} due for renewal · ${of("earlier")} out of use, still work</p>
<p class="soft">Owner ${e.owner}. Last apply ${null===i?"unknown":(0,a.V8)(i,n)}.
Made ${time(n)}; “in 3d” counts from then. Trust it until <time id="until" datetime="${k.toISOString()}">${(0,a.Vc)(k)}</time>: it does not know what was issued, revoked or withdrawn since.</p>
<form id="form" role="search" hidden>
<input id="words" type="search" aria-label="Filter: text in any column" placeholder="Filter">
<select id="group" aria-label="State"><option value="">all (${h.length})</option>${$}</select>
<span class="soft"><kbd>/</kbd> filter · <kbd>Esc</kbd> clear · <kbd>Enter</kbd> on a column sorts</span>
<output id="count"></output>
</form>
<table>
<thead><tr>${["Name","Cluster","Who","Ends","Renews","State","Approved by"].map(t=>(0,c.PT)`<th scope="col">${t}</th>`)}<th scope="col">Valid from | to, ○ renewal due ${p.scale}</th><th scope="col" hidden>Details</th></tr></thead>
<tbody>
${h.map(t=>tableRow(t,p.draw(t),e))}</tbody></table></main>
<footer class="soft">Kubernetes cannot revoke a certificate: one that is out of use works until it expires. countersign ${r.xv}</footer>
${(0,c.m1)("script",d)}
</body></html>
`.toString()}function tableRow(t,e,{now:n,server:o}){const{cluster:r,until:i,validFrom:s,renewAt:d,approvedBy:l,pullRequest:m,commit:u,group:h,next:p}=t;const link=(e,n)=>{const r=`${o}/${t.repository}/${e}`;const a=/^https:\/\/[\w.:-]+(?:\/[\w.-]+){2}\/(?:pull|commit)\/\w+$/.test(r);return a?(0,c.PT)`<a href="${r}" rel="noreferrer">${n}</a>`:(0,c.PT)`${n}`};const f=null===m?"":link(`pull/${m}`,`#${m}`);const w={Next:p,Serial:t.serial,"SHA-256":t.sha256,Request:t.path,Commit:u&&link(`commit/${u}`,u),"Approver rule":t.rule,"Stored in":t.sinks.join(", "),Roles:t.roles.join(", ")};const g=Object.entries(w).flatMap(([t,e])=>e?[(0,c.PT)`<dt>${t}</dt><dd>${e}</dd>`]:[]);const date=t=>null===t?(0,c.PT)`-`:(0,c.PT)`${(0,a.V8)(t,n)} <small>${time(t)}</small>`;const key=t=>t?.toISOString()??"-";return(0,c.PT)`<tr class="${h}"><td>${t.name}</td><td>${r??"-"}</td><td>${t.who}</td>
<td data-key="${key(i)}">${void 0===i?"unknown":date(i)}</td>
<td data-key="${key(d)}">${"due"===h?"due now":date(d)}</td>
<td>${t.state}${"renews"===h?"":(0,c.PT)`<p class="soft">${p}</p>`}</td><td>${l.join(", ")||"-"} ${f}</td>
<td data-key="${key(s)}">${e}</td>
<td class="more"><details><summary aria-label="details of ${t.name}">details</summary><dl>${g}</dl></details></td></tr>
`}function groupOf({needsAttention:t,renewAt:e},n){if(t)return"attention";return null===e?"leaving":e<=n?"due":"renews"}function earlierRows({earlier:t,now:e}){return t.map(({ended:t,endedAt:n,notBefore:o,notAfter:r,targets:d,...l})=>({...(0,i.lF)(null,null),...l,path:"",validFrom:o,until:r,renewAt:null,state:`${s.h[t]}${null===n?"":` ${(0,a.V8)(n,e)}`}`,next:"works until it expires",needsAttention:false,abandoned:[],sinks:d,group:"earlier"}))}function time(t){return(0,c.PT)`<time datetime="${t.toISOString()}">${(0,a.Vc)(t)}</time>`}function hashOf(t){return`'sha256-${(0,o.hash)("sha256",t,"base64")}'`}const[h,p,f]=[22,98,13];const w={"10 y":87600,"1 y":8760,"90 d":2160,"30 d":720,"7 d":168,"1 d":24,"6 h":6,"1 h":1};function timeline(t,e){const hoursTo=t=>(t.getTime()-e.getTime())/36e5;const near=t=>Math.log1p(t/6);const n=t.flatMap(({validFrom:t,until:n})=>[t,n].map(t=>hoursTo(t??e)));const o=near(n.reduce((t,e)=>Math.max(t,-e),1));const r=near(n.reduce((t,e)=>Math.max(t,e),1));const at=t=>h+(t<0?-(h*near(-t))/o:(p-h)*near(t)/r);const i=[];for(const[t,e]of Object.entries(w)){const n=Math.round(at(e));if(n<=p&&n>h+f&&n<(i.at(-1)?.x??200)-f)i.push({x:n,label:t})}const s=[...i,{x:h,label:"now"}].map(({x:t,label:e})=>(0,c.PT)`<text x="${t}%" y="12">${e}</text>`);const line=(t,e)=>`linear-gradient(var(--${e}) 0 0) ${t}% 0 / 1px 100% no-repeat`;const d=[line(h,"ink"),...i.map(({x:t})=>line(t,"line"))];return{scale:(0,c.PT)`<svg width="100%" height="16" aria-hidden="true">${s}</svg>`,css:`td svg { background: ${d.join(", ")} }`,draw({validFrom:t,until:n,renewAt:o}){if(!n)return(0,c.PT)`-`;const[r,i]=[t??e,n].map(t=>at(hoursTo(t)).toFixed(1));const s=Math.max(0,Number(i)-Number(r)).toFixed(1);const d=null===o?[]:[(0,c.PT)`<circle cx="${at(hoursTo(o)).toFixed(1)}%" cy="10" r="4"/>`];const l=`valid from ${t?(0,a.Vc)(t):"unknown"} to ${(0,a.Vc)(n)}${o?`, renewal due ${(0,a.Vc)(o)}`:""}`;return(0,c.PT)`<svg width="100%" height="20" role="img" aria-label="${l}"><rect x="${r??""}%" y="7" width="${s}%" height="6"/><line x1="${i??""}%" x2="${i??""}%" y1="3" y2="17"/>${d}</svg>`}}}})};
