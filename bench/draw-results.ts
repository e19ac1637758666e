import { contenders } from './contenders.ts'
import { printNumber } from './print-table.ts'
import { medianOf, type Results } from './results.ts'
import { workloads } from './workloads.ts'

/** The contenders in the chart, in this order; the others are only in the table. */
const drawn = ['raw', 'registry', 'postgraphile', 'prisma'] as const
const barHeight = 14
const labelWidth = 230
const barsWidth = 400
const width = 760
/** A longer bar is cut; its label shows the value. */
const longestRatio = 1.5

/** Colours that are distinguishable on light and dark backgrounds, even without colour vision. */
const style = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .quiet { fill: #59636e }
  .raw { fill: #9198a1 } .registry { fill: #0969da } .postgraphile { fill: #bf8700 } .prisma { fill: #8250df }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .quiet { fill: #9198a1 }
    .raw { fill: #656c76 } .registry { fill: #4493f8 } .postgraphile { fill: #d29922 } .prisma { fill: #ab7df8 }
  }`

/** Bars, one group per workload: requests a second, relative to the hand-written endpoint. */
export function drawResults(results: Results): string {
  const parts = [drawLegend()]
  let y = 44
  for (const [workload, row] of Object.entries(results)) {
    parts.push(`<text x="0" y="${y + barHeight - 3}">${workloads[workload as keyof typeof workloads].title}</text>`)
    for (const name of drawn) {
      const ratio = ratioOf(row, name)
      if (ratio === undefined) continue
      parts.push(
        drawBar(
          name,
          y,
          Math.min(1, ratio / longestRatio) * barsWidth,
          `${ratio.toFixed(2)} · ${printNumber(rateOf(row, name))}/s`,
        ),
      )
      y += barHeight
    }
    y += barHeight
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" role="img" aria-label="Requests a second, as ratios to a hand-written endpoint">
<style>${style}
</style>
${parts.join('\n')}
</svg>
`
}

function drawLegend(): string {
  const items = drawn.map((name, i) => {
    const x = labelWidth + i * 130
    return `<rect class="${name}" x="${x}" y="6" width="10" height="10"/><text x="${x + 15}" y="15">${contenders[name].title.replace(/,.*/, '')}</text>`
  })
  return items.join('\n')
}

function drawBar(name: string, y: number, length: number, label: string): string {
  return `<rect class="${name}" x="${labelWidth}" y="${y}" width="${Math.max(1, length).toFixed(1)}" height="${barHeight - 2}"/><text class="quiet" x="${(labelWidth + length + 6).toFixed(1)}" y="${y + barHeight - 4}">${label}</text>`
}

function rateOf(row: Results[string], name: string): number {
  return medianOf(row[name] ?? [], 'perSecond')
}

function ratioOf(row: Results[string], name: string): number | undefined {
  return row[name] && row['raw'] ? rateOf(row, name) / rateOf(row, 'raw') : undefined
}
