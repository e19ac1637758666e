import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTemplates } from '../../src/template/parse-templates.ts'

const shipped = readdirSync('object-templates').map((file) => readFileSync(join('object-templates', file), 'utf8'))
const rich = readFileSync('test/template/fixtures/everything.yaml', 'utf8')
const runs = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) }

/** Either a model, or at least one issue, each at a place that exists in its file. */
function check(texts: readonly string[]): void {
  const files = texts.map((text, index) => ({ file: `${index}.yaml`, text }))
  const { model, issues } = parseTemplates(files)
  if (model) return
  expect(issues.length).toBeGreaterThan(0)
  for (const issue of issues) {
    const lines = (texts[Number.parseInt(issue.file, 10)] ?? '').split('\n')
    expect(issue.line).toBeGreaterThanOrEqual(1)
    expect(issue.line).toBeLessThanOrEqual(lines.length)
    expect(issue.column).toBeGreaterThanOrEqual(1)
    expect(issue.column).toBeLessThanOrEqual((lines[issue.line - 1]?.length ?? 0) + 2)
    expect(issue.message).not.toBe('')
  }
}

const pieces = [
  '\n',
  ' ',
  '  ',
  '\t',
  '\r',
  ': ',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '!',
  '!!',
  '"',
  "'",
  '&a ',
  '*a',
  '<<: *a',
  '---\n',
  '...\n',
  '? ',
  '|',
  '>',
  '#',
  '%',
  ',',
  '@',
  '`',
  '~',
  'null',
  'true',
  '1.10',
  '0x1F',
  '.nan',
  '1e999',
  '9'.repeat(30),
  'type: ',
  'enum',
  'object',
  'reference',
  '[string]!',
  'values: [a, 1]',
  'default: ',
  'to: image',
  'fields: ',
  'key: [x]',
  '__proto__: ',
  'constructor: ',
  'toString',
  'name: ',
  'pattern: "("',
  '\0',
  '\ud800',
  '\uFEFF',
  '\u2028',
  '😀',
  '',
]

const mutated = fc
  .tuple(
    fc.constantFrom(...shipped, rich),
    fc.array(fc.tuple(fc.nat(3_000), fc.nat(30), fc.constantFrom(...pieces)), { maxLength: 6 }),
  )
  .map(([text, edits]) =>
    edits.reduce((edited, [at, length, piece]) => {
      const start = at % (edited.length + 1)
      return edited.slice(0, start) + piece + edited.slice(start + length)
    }, text),
  )

describe('parsing templates never throws, and reports an issue for each refused text:', () => {
  test('mutated templates', () => {
    fc.assert(fc.property(fc.array(mutated, { minLength: 1, maxLength: 3 }), check), runs)
  })

  test("texts made of YAML's own signs", () => {
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(''))
    fc.assert(fc.property(fc.array(text, { minLength: 1, maxLength: 2 }), check), runs)
  })

  test('any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => check([text])),
      runs,
    )
  })

  test('any JSON, at any place of a template', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('string', 'enum', '[int]!', 'reference', ['string'], 5, null),
    )
    const field = fc.oneof(
      value,
      fc.record(
        {
          type: value,
          values: value,
          fields: value,
          to: value,
          default: value,
          required: value,
          pattern: value,
          minimum: value,
          reverse: value,
          unique: value,
          renamedFrom: value,
          convert: value,
        },
        { requiredKeys: [] },
      ),
    )
    const template = fc.record(
      {
        name: value,
        plural: value,
        renamedFrom: value,
        key: fc.oneof(value, fc.constant(['a'])),
        fields: fc.oneof(
          value,
          fc.dictionary(fc.oneof(fc.constantFrom('a', 'b', 'name', '__proto__', 'constructor'), fc.string()), field),
        ),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(
        template.map((written) => JSON.stringify(written)),
        (text) => check([text]),
      ),
      runs,
    )
  })
})
