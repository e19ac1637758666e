import type { Document } from 'yaml'
import type { TemplateIssue } from './issue.ts'
import type { Lines } from './lines.ts'
import { issueAt } from './source.ts'

/** One mistake confuses the parser for the following lines; more errors than this would be noise. */
const most = 10

/** The errors of the YAML library, one issue per line of the file, with clearer messages for common mistakes. */
export function printSyntaxErrors(file: string, text: string, document: Document, lines: Lines): TemplateIssue[] {
  const issues = new Map<number, TemplateIssue>()
  for (const error of [...document.errors, ...document.warnings]) {
    const [start] = error.pos
    const place = lines.placeAt(start)
    if (issues.has(place.line) || issues.size === most) continue
    const say = (code: 'YAML_SYNTAX' | 'YAML_TAG' | 'SEVERAL_DOCUMENTS', message: string, suggestion?: string) =>
      issues.set(place.line, issueAt({ file, placeOf: () => place }, [], code, message, { suggestion }))
    const written = writtenType(text, start)
    if (written !== undefined) {
      say('YAML_SYNTAX', 'A "!" next to a bracket is not valid YAML.', `Write "${written}" with the quotes.`)
    } else if (error.code === 'MULTIPLE_DOCS') {
      say('SEVERAL_DOCUMENTS', 'The file has more than one YAML document; each needs a file of its own.')
    } else if (error.code === 'TAG_RESOLVE_FAILED' || error.code === 'BAD_DIRECTIVE') {
      say('YAML_TAG', `${error.message}.`)
    } else if (error.code === 'BLOCK_AS_IMPLICIT_KEY') {
      say('YAML_SYNTAX', `${error.message}.`, 'Put a text that contains ": " in quotes.')
    } else if (error.code === 'BAD_ALIAS') {
      say('YAML_SYNTAX', 'An asterisk without quotes begins an alias.', 'Put a text that begins with * in quotes.')
    } else {
      say('YAML_SYNTAX', `${error.message}${/[.?!]$/.test(error.message) ? '' : '.'}`)
    }
  }
  return [...issues.values()]
}

/** `[string]!` or `![string]` around an offset: GraphQL syntax that is not valid YAML without quotes. */
function writtenType(text: string, offset: number): string | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n', 1)[0] ?? ''
  const match = /\[\s*\w{1,40}!?\s*\]!|!\[\s*\w{1,40}!?\s*\]/.exec(line)
  if (!match) return undefined
  const item = /\w+!?/.exec(match[0])?.[0]
  return `[${item}]!`
}
