import { pickColumns } from '../arguments/parse-columns.ts'
import type { ObjectWriter, WriterContext } from './object-writer.ts'
import { printJson, type ShownObject } from './print-object.ts'
import { isTerminal, writeJson } from './terminal.ts'

/** A JSON array or a single object, written as objects arrive: on one line for programs, indented for people. */
export function createJsonWriter({ columns, isSingle }: WriterContext): ObjectWriter {
  const isIndented = isTerminal(1)
  const print = (object: ShownObject): string => {
    const shown = pickColumns(object, columns)
    if (!isIndented) return printJson(shown)
    const text = JSON.stringify(shown, null, 2)
    return isSingle ? text : text.replace(/^/gm, '  ')
  }
  const [begin, between, end, none] = isSingle
    ? ['', '\n', '\n', '']
    : isIndented
      ? ['[\n', ',\n', '\n]\n', '[]\n']
      : ['[', ', ', ']\n', '[]\n']
  let isFirst = true
  return {
    write(objects) {
      if (objects.length === 0) return
      writeJson((isFirst ? begin : between) + objects.map(print).join(between))
      isFirst = false
    },
    end: () => writeJson(isFirst ? none : end),
  }
}

/** One object on each line. */
export function createNdjsonWriter({ columns }: WriterContext): ObjectWriter {
  const print = (object: ShownObject) => `${printJson(pickColumns(object, columns))}\n`
  return { write: (objects) => writeJson(objects.map(print).join('')), end: () => undefined }
}
