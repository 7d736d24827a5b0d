// The style sheet of the status page. It names no font, image or address.

export const PAGE_STYLE = `
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
`
