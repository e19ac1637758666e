import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { Operation } from '../../client/views/described-template.ts'
import { hasGraphiql } from '../has-graphiql.ts'

/** The same answer for programs: the operation that the view asks, and the command that gives the same. */
export function SameElsewhere({
  operation,
  command,
  children,
}: {
  readonly operation: Operation
  readonly command: string
  /** Other forms of the same. */
  readonly children?: ComponentChildren
}) {
  const variables = JSON.stringify(operation.variables, null, 2)
  const hasVariables = Object.keys(operation.variables).length > 0
  const query = indent(operation.query)
  const parameters = new URLSearchParams({ query, ...(hasVariables && { variables }) })
  return (
    <div class="same">
      <details>
        <summary>As GraphQL</summary>
        <div class="sheet">
          <pre>{query}</pre>
          {hasVariables && <pre>{variables}</pre>}
          <p class="row">
            {hasGraphiql && (
              <a class="button" href={`/graphql?${parameters}`}>
                Open in GraphiQL
              </a>
            )}
            <CopyButton text={query} />
          </p>
        </div>
      </details>
      <details>
        <summary>As a command</summary>
        <div class="sheet">
          <pre>{command}</pre>
          <p class="row">
            <CopyButton text={command} />
          </p>
        </div>
      </details>
      {children}
    </div>
  )
}

function CopyButton({ text }: { readonly text: string }) {
  const isCopied = useSignal(false)
  // Browsers have no clipboard for pages that come neither by https nor from this machine.
  if (!navigator.clipboard) return null
  return (
    <button
      type="button"
      onClick={() => {
        void navigator.clipboard.writeText(text).then(() => {
          isCopied.value = true
        })
      }}
    >
      {isCopied.value ? 'Copied' : 'Copy'}
    </button>
  )
}

/** Puts each field of a long selection on a line of its own. */
function indent(query: string): string {
  return query
    .split('\n')
    .flatMap((line) => (line.length > 100 && /\{ .* \}$/.test(line) ? breakSelection(line) : [line]))
    .join('\n')
}

function breakSelection(line: string): readonly string[] {
  const start = /^ */.exec(line)?.[0] ?? ''
  const at = line.indexOf('{ ')
  const lines: string[] = [line.slice(0, at + 1)]
  let depth = 0
  let current = ''
  for (const word of line.slice(at + 2, -2).split(' ')) {
    const opens = word === '{' || word === '...' || word === 'on'
    const last = current.split(' ').at(-1)
    const joins = current !== '' && (depth > 0 || word === '{' || last === '...' || last === 'on')
    if (current !== '' && !joins) {
      lines.push(`${start}  ${current}`)
      current = ''
    }
    current = current === '' ? word : `${current} ${word}`
    if (word === '{') depth++
    if (word === '}') depth--
    if (opens) continue
  }
  return [...lines, `${start}  ${current}`, `${start}}`]
}
