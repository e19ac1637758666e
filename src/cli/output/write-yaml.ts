import { stringify } from 'yaml'
import { pickColumns } from '../arguments/parse-columns.ts'
import type { ObjectWriter, WriterContext } from './object-writer.ts'
import { printSafely } from './print-safely.ts'
import { writeOut } from './terminal.ts'

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
      const text = stringify(isSingle ? shown[0] : shown, {
        version: '1.1',
        lineWidth: 0,
        defaultStringType: 'QUOTE_DOUBLE',
        defaultKeyType: 'PLAIN',
        aliasDuplicateObjects: false,
      })
      // YAML forbids most characters that control a terminal; in quotes, it has the same escapes as JSON.
      writeOut(printSafely(text))
    },
    end() {
      if (isEmpty && !isSingle) writeOut('[]\n')
    },
  }
}
