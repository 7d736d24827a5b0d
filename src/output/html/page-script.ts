// The script of the status page: filters and sorts what the page says. Without it, table and details can be read.

export const PAGE_SCRIPT = `
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
`
