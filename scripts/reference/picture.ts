// The picture of the README, as SVG for light and dark pages.
const WIDTH = 960
const HEIGHT = 248
export const FONT = "-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"
export const COLORS = {
  light: {
    text: '#1f2328',
    quiet: '#59636e',
    line: '#8c959f',
    box: '#f6f8fa',
    edge: '#d1d9e0',
    people: '#ddf4ff',
    result: '#dafbe1',
    link: '#0969da',
  },
  dark: {
    text: '#f0f6fc',
    quiet: '#9198a1',
    line: '#656c76',
    box: '#151b23',
    edge: '#3d444d',
    people: '#0c2d4b',
    result: '#12361f',
    link: '#4493f8',
  },
}
interface Step {
  readonly fill: 'people' | 'box' | 'result'
  readonly title: string
  readonly lines: readonly string[]
}

type Colors = Readonly<Record<keyof (typeof COLORS)['light'], string>>

const STEPS: readonly Step[] = [
  { fill: 'people', title: 'Request', lines: ['a pull request adds', 'one small YAML file'] },
  { fill: 'box', title: 'Plan', lines: ['shows what the signer', 'will really sign'] },
  { fill: 'people', title: 'Review', lines: ['a colleague approves', 'exactly these bytes'] },
  { fill: 'box', title: 'Apply', lines: ['proves the approval,', 'issues and checks'] },
  { fill: 'result', title: 'Credential', lines: ['Secret, kubeconfig,', 'GitHub secret, own key'] },
]
const BOX = { width: 168, height: 92, gap: 24, top: 44 }

/** The SVG text for one theme. */
export function pictureText(theme: 'light' | 'dark'): string {
  const color = COLORS[theme]
  const boxes = STEPS.map((step, index) => box(step, index, color))
  const arrows = STEPS.slice(1).map((_, index) => arrow(leftOf(index) + BOX.width, color))
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title">`,
    '<title id="title">A pull request adds a request file. The plan shows what will be signed. A colleague approves. Apply proves the approval, issues and checks the certificate, and stores the credential. A schedule renews it under the same approval.</title>',
    `<style>text{font-family:${FONT};fill:${color.text}} .title{font-size:18px;font-weight:600} .line,.label{font-size:13px;fill:${color.quiet}}</style>`,
    label(leftOf(0), 26, 'at GitHub: people, and a job without secrets', 'start'),
    label(leftOf(4) + BOX.width, 26, 'in your cluster', 'end'),
    ...boxes,
    ...arrows,
    ...renewal(color),
    '</svg>',
  ].join('\n')}\n`
}

function leftOf(index: number): number {
  return 12 + index * (BOX.width + BOX.gap)
}

function box({ fill, title, lines }: Step, index: number, color: Colors): string {
  const x = leftOf(index)
  const middle = x + BOX.width / 2
  return [
    `<rect x="${x}" y="${BOX.top}" width="${BOX.width}" height="${BOX.height}" rx="8" fill="${color[fill]}" stroke="${color.edge}"/>`,
    `<text class="title" x="${middle}" y="${BOX.top + 30}" text-anchor="middle">${title}</text>`,
    ...lines.map(
      (text, row) =>
        `<text class="line" x="${middle}" y="${BOX.top + 54 + row * 19}" text-anchor="middle">${text}</text>`,
    ),
  ].join('\n')
}

function arrow(x: number, color: Colors): string {
  const y = BOX.top + BOX.height / 2
  return [
    `<path d="M${x + 3} ${y}h14" stroke="${color.line}" stroke-width="2" fill="none"/>`,
    `<path d="M${x + 21} ${y}l-7 -5v10z" fill="${color.line}"/>`,
  ].join('\n')
}

/** From the credential back to apply, below the boxes. */
function renewal(color: Colors): readonly string[] {
  const bottom = BOX.top + BOX.height
  const [from, to] = [leftOf(4) + BOX.width / 2, leftOf(3) + BOX.width / 2]
  return [
    `<path d="M${from} ${bottom + 4}v30H${to}v-22" stroke="${color.line}" stroke-width="2" fill="none"/>`,
    `<path d="M${to} ${bottom + 6}l-5 7h10z" fill="${color.line}"/>`,
    label((from + to) / 2, bottom + 54, 'the schedule renews under the same approval', 'middle'),
    label(
      leftOf(0),
      bottom + 54,
      'Changed one byte after the review? A new approval is needed.',
      'start',
    ),
    label(leftOf(0), bottom + 78, 'A fact cannot be verified? The request is refused.', 'start'),
  ]
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text class="label" x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`
}
