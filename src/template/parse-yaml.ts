import { Composer, type CST, type Document, YAMLParseError } from 'yaml'
import type { TemplateIssue } from './issue.ts'
import { createLines } from './lines.ts'
import { readNodes } from './read-nodes.ts'
import { readTokens } from './read-tokens.ts'
import { createSource, issueAt, type Source } from './source.ts'
import { printSyntaxErrors } from './yaml-syntax-errors.ts'

/** `name` is the presumed name of the template in an unreadable file, so that references to it are not reported as well. */
export type ParsedYaml =
  | { readonly source: Source; readonly issues: readonly TemplateIssue[] }
  | { readonly source: undefined; readonly name: string | undefined; readonly issues: readonly TemplateIssue[] }

/**
 * Reads one YAML or JSON text (JSON is YAML): YAML 1.2 core schema, one document, no custom tags, no merge
 * keys, no duplicate keys. Size, depth and the number of values, including those of aliases, are limited.
 */
export function parseYaml(file: string, text: string): ParsedYaml {
  const tokens = checkCharacters(file, text) ?? readTokens(file, text)
  if ('code' in tokens) return { source: undefined, name: undefined, issues: [tokens] }
  const lines = createLines(text)
  const document = composeDocument(tokens, text.length)
  const problems = [...checkDirectives(file, document), ...printSyntaxErrors(file, text, document, lines)]
  const read = readNodes(file, document, lines)
  const name = nameOf(read.value)
  if (problems.length > 0) return { source: undefined, name, issues: problems }
  if (!read.complete) return { source: undefined, name, issues: read.issues }
  return { source: createSource(file, read.value, read.offsets, lines), issues: read.issues }
}

/** What `parseDocument` of yaml does, which would read the tokens a second time. */
function composeDocument(tokens: readonly CST.Token[], length: number): Document.Parsed {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    stringKeys: true,
    // `readNodes` refuses duplicates; the library would compare every key with every other.
    uniqueKeys: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'error',
  })
  const [document, second] = composer.compose(tokens, true, length)
  if (!document) throw new Error('yaml composes a document of any text')
  if (second) document.errors.push(new YAMLParseError([second.range[0], second.range[1]], 'MULTIPLE_DOCS', ''))
  return document
}

function checkCharacters(file: string, text: string): TemplateIssue | undefined {
  const nul = text.indexOf('\0')
  const offset = nul >= 0 ? nul : text.isWellFormed() ? -1 : text.search(/\p{Surrogate}/u)
  if (offset < 0) return undefined
  const place = createLines(text).placeAt(offset)
  const what = nul >= 0 ? 'the character U+0000' : 'half of a surrogate pair'
  return issueAt({ file, placeOf: () => place }, [], 'BAD_TEXT', `The file contains ${what}; it is not a text.`)
}

function checkDirectives(file: string, document: Document): TemplateIssue[] {
  const { version, explicit } = document.directives?.yaml ?? {}
  if (!explicit || version === '1.2') return []
  // YAML 1.1 reads `yes` and `no` as booleans and 1:30 as a number.
  const message = `The file declares YAML ${version}; templates are YAML 1.2.`
  return [issueAt({ file, placeOf: () => ({ line: 1, column: 1 }) }, [], 'YAML_TAG', message)]
}

function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('name' in value)) return undefined
  return typeof value.name === 'string' ? value.name : undefined
}
