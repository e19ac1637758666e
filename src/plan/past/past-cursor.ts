import { createInputError, type Path } from '../../errors.ts'
import { ValueError } from '../../template/field-types/field-type.ts'
import { parseText } from '../../template/field-types/parse-text.ts'
import { quote } from '../../template/quote.ts'
import { decodeCursor, largestVersion } from '../decode-cursor.ts'
import { settle } from '../open-value.ts'
import { type ExportCursor, pastCursors, type VersionCursor } from './history-plan.ts'

/** In the order of an export, what no change tells of comes last among the versions of its key. */
export const lastSequence = '9223372036854775807'

/** Parses the cursor of a version. Throws BAD_USER_INPUT for anything else. */
export function parseVersionCursor(given: unknown, path: Path): VersionCursor | undefined {
  const values = parsePastCursor(given, 'versions', path)
  if (!values) return undefined
  const [version = '', sequence = ''] = values
  const isVersion = /^\d{1,10}$/.test(version) && Number(version) <= largestVersion
  if (!isVersion || !/^\d{1,18}$/.test(sequence)) throw refuseCursor(given, path)
  return [version, sequence]
}

/** Parses the cursor of a difference: the key. Throws BAD_USER_INPUT for anything else. */
export function parseDiffCursor(given: unknown, path: Path): string | undefined {
  const values = parsePastCursor(given, 'diff', path)
  if (!values) return undefined
  const [key, ...others] = values
  if (key === undefined || others.length > 0) throw refuseCursor(given, path)
  return key
}

/** Parses the cursor of an export. Throws BAD_USER_INPUT for anything else. */
export function parseExportCursor(given: unknown, path: Path): ExportCursor | undefined {
  const values = parsePastCursor(given, 'exported', path)
  if (!values) return undefined
  const [key = '', sequence = '', ...others] = values
  const isSequence = /^\d{1,19}$/.test(sequence) && BigInt(sequence) <= BigInt(lastSequence)
  if (key === '' || !isSequence || others.length > 0) throw refuseCursor(given, path)
  return [key, sequence]
}

function parsePastCursor(given: unknown, list: keyof typeof pastCursors, path: Path): readonly string[] | undefined {
  const cursor = settle(given)
  if (cursor === undefined || cursor === null) return undefined
  const [name, ...values] = decodeCursor(String(cursor))
  if (name !== pastCursors[list] || !values.every(isText)) throw refuseCursor(given, path)
  return values
}

function isText(value: unknown): value is string {
  if (typeof value !== 'string') return false
  try {
    parseText(value)
    return true
  } catch (error) {
    if (error instanceof ValueError) return false
    throw error
  }
}

function refuseCursor(given: unknown, path: Path) {
  const message = `${path.at(-1)}: ${quote(settle(given))} is not a cursor of this list; use endCursor of a page of it`
  return createInputError([{ path, code: 'CURSOR', message }])
}
