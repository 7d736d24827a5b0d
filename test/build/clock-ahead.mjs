// Loaded into countersign by `node --import`: sets its clock ahead by AHEAD_MS milliseconds.
const ahead = Number(process.env['AHEAD_MS'] ?? '0')
const RealDate = Date

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + ahead)
    else super(...parts)
  }

  static now() {
    return RealDate.now() + ahead
  }
}
