import { pickColumns } from '../arguments/parse-columns.ts'
import type { ObjectWriter, WriterContext } from './object-writer.ts'
import { printJson, type ShownObject } from './print-object.ts'

/** A JSON array or a single object, written as objects arrive: on one line for programs, indented for people. */
export function createJsonWriter({ columns, isSingle, isTerminal, writeOut }: WriterContext): ObjectWriter {
  const print = (object: ShownObject): string => {
    const shown = columns ? pickColumns(object, columns) : object
    if (!isTerminal) return printJson(shown)
    const text = JSON.stringify(shown, null, 2)
    return isSingle ? text : text.replace(/^/gm, '  ')
  }
  const [begin, between, end, none] = isSingle
    ? ['', '\n', '\n', '']
    : isTerminal
      ? ['[\n', ',\n', '\n]\n', '[]\n']
      : ['[', ', ', ']\n', '[]\n']
  let isFirst = true
  return {
    write(objects) {
      if (objects.length === 0) return
      writeOut((isFirst ? begin : between) + objects.map(print).join(between))
      isFirst = false
    },
    end: () => writeOut(isFirst ? none : end),
  }
}

/** One object on each line. */
export function createNdjsonWriter({ columns, writeOut }: WriterContext): ObjectWriter {
  const print = (object: ShownObject) => `${printJson(columns ? pickColumns(object, columns) : object)}\n`
  return { write: (objects) => writeOut(objects.map(print).join('')), end: () => undefined }
}
