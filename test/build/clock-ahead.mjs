// Loaded into countersign by `node --import`: sets its clock and those of the servers that it asks ahead by AHEAD_MS milliseconds, and
// its own by SKEW_MS more.
const RealDate = Date
// Read at each call: a reused process gets the variables of its run.
const given = name => Number(process.env[name] ?? '0')
const now = () => RealDate.now() + given('AHEAD_MS') + given('SKEW_MS')

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(now())
    else super(...parts)
  }

  static now() {
    return now()
  }
}

const realFetch = globalThis.fetch
globalThis.fetch = async (...asked) => {
  const answer = await realFetch(...asked)
  const headers = new Headers(answer.headers)
  const date = RealDate.parse(headers.get('date') ?? '')
  if (!Number.isNaN(date)) headers.set('date', new RealDate(date + given('AHEAD_MS')).toUTCString())
  return Object.defineProperty(answer, 'headers', { value: headers })
}
