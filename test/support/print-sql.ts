import type { RecordedStatement } from './record-statements.ts'

/** A statement for people to read and compare: a line for each clause, nested ones indented, and its values. */
export function printSql({ text, values }: RecordedStatement): string {
  const lines: string[] = []
  let line = ''
  let indent = 0
  let depth = 0
  const flush = () => {
    if (line.trim() !== '') lines.push(`${'  '.repeat(indent)}${line.trim()}`)
    line = ''
    indent = depth
  }
  // Texts and quoted names whole, then brackets, then single characters.
  for (const [token] of text.matchAll(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|\b(?:from|where|order by|union all)\b|\(select\b|[()]|[^]/g,
  )) {
    if (/^(?:from|where|order by|union all|\(select)$/.test(token)) flush()
    if (token.startsWith('(')) depth++
    else if (token === ')') depth--
    line += token
  }
  flush()
  const parameters = values.map((value, i) => `-- $${i + 1} = ${JSON.stringify(value)}`)
  return [...lines, ...parameters].join('\n')
}
