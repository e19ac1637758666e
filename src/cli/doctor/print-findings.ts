import { printInline, printJsonSafely, printSafely } from '../output/print-safely.ts'
import { hasStyle } from '../output/print-style.ts'
import { isTerminal, writeOut, writeStyled } from '../output/terminal.ts'
import type { Finding } from './finding.ts'
import type { GivenSetting } from './list-given-settings.ts'

const colours = { ok: 32, warn: 33, fail: 31 } as const

/** Prints a line for each finding, and below it what to do; or all as JSON. */
export function printFindings(
  found: { readonly settings: readonly GivenSetting[]; readonly findings: readonly Finding[] },
  isJson: boolean,
): void {
  const { settings, findings } = found
  if (isJson) {
    const isHealthy = findings.every(({ status }) => status !== 'fail')
    const text = JSON.stringify({ healthy: isHealthy, findings, settings }, null, isTerminal(1) ? 2 : undefined)
    writeOut(`${printJsonSafely(text)}\n`)
    return
  }
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = findings.map(({ check, status, found: text, remedy }) => {
    const indent = ' '.repeat('warn'.length + 2 + width + 2)
    const shown = [...text.split('\n'), ...(remedy === undefined ? [] : `→ ${remedy}`.split('\n'))]
    const [first = '', ...others] = shown.map(printInline)
    const label = hasStyle(1) ? `\u001b[${colours[status]}m${status.padEnd(4)}\u001b[39m` : status.padEnd(4)
    return [
      `${label}  ${check.padEnd(width)}  ${first}`,
      ...others.map((line) => (line === '' ? '' : indent + line)),
    ].join('\n')
  })
  if (hasStyle(1)) writeStyled(1, `${lines.join('\n')}\n`)
  else writeOut(printSafely(`${lines.join('\n')}\n`))
}
