import { Document, isScalar, type ScalarTag, visit } from 'yaml'
import { pickColumns } from '../arguments/parse-columns.ts'
import { printYamlNumber } from '../values/print-yaml-number.ts'
import type { ObjectWriter, WriterContext } from './object-writer.ts'
import { printSafely } from './print-safely.ts'
import { writeOut } from './terminal.ts'

/** Names that need no quotes, unless YAML 1.1 would read them as another type. */
const plainName = /^[\p{L}_][\p{L}\p{N}_./-]*$/u

const number: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => typeof value === 'number',
  // Of several tags that identify a value, one with a test is taken.
  test: /^-?\d/,
  resolve: Number,
  stringify: ({ value }) => printYamlNumber(value as number),
}

/**
 * A YAML list or a single mapping. All texts are quoted, and so are names that YAML 1.1 would read as another type, so
 * that no reader changes the type of `yes` or `20.10`.
 */
export function createYamlWriter({ columns, isSingle }: WriterContext): ObjectWriter {
  let isEmpty = true
  return {
    write(objects) {
      if (objects.length === 0) return
      isEmpty = false
      const shown = objects.map((object) => pickColumns(object, columns))
      const document = new Document(isSingle ? shown[0] : shown, {
        version: '1.1',
        aliasDuplicateObjects: false,
        customTags: (tags) => [number, ...tags],
      })
      visit(document, {
        Pair(_, { key }) {
          if (isScalar(key) && !plainName.test(String(key.value))) key.type = 'QUOTE_DOUBLE'
        },
      })
      const text = document.toString({
        lineWidth: 0,
        defaultStringType: 'QUOTE_DOUBLE',
        defaultKeyType: 'PLAIN',
        // A text is one line, so that it does not begin one that the log of a CI service obeys.
        doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
      })
      // YAML forbids most characters that control a terminal; in quotes, it has the same escapes as JSON.
      writeOut(printSafely(text))
    },
    end() {
      if (isEmpty && !isSingle) writeOut('[]\n')
    },
  }
}
