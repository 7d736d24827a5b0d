// Loaded into countersign by `node --import`: sets its clock ahead by AHEAD_MS milliseconds.
const RealDate = Date
// Read at each call: a reused process gets the variables of its run.
const now = () => RealDate.now() + Number(process.env['AHEAD_MS'] ?? '0')

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(now())
    else super(...parts)
  }

  static now() {
    return now()
  }
}
