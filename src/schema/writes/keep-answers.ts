import { createHash } from 'node:crypto'
import { createInputError } from '../../errors.ts'
import { printSight } from '../../sql/writes/print-sight.ts'
import { createKeeping, type Keeping } from '../../store/writes/keep-answer.ts'
import { ValueError } from '../../template/field-types/field-type.ts'
import { parseText } from '../../template/field-types/parse-text.ts'
import type { InputField } from '../lazy/type-definitions.ts'
import { callerNameOf, type RequestContext } from '../request-context.ts'
import type { Shown, WriteResult } from '../root-action.ts'

/** The argument by which a request can be sent again. */
export const idempotencyKey: InputField = {
  type: 'String',
  description:
    'A key of your own for this request, such as a UUID. For a day, the same request under it gets the same answer and writes nothing; another one is refused. What is refused is not kept.',
}

/** In characters; an index entry has it beside the caller. */
const longestKey = 255

/**
 * How the answer to a write is kept; undefined if it is not, as that of a dry run.
 *
 * @param argument the name of the argument that has the key
 * @param toResult what the field returns
 */
export function keepingOf<Result>(
  given: { readonly key: unknown; readonly argument: string; readonly isDryRun: boolean },
  { describe, print }: Shown,
  context: RequestContext,
  toResult: (result: Result) => WriteResult,
): Keeping<Result> | undefined {
  const { key, argument, isDryRun } = given
  if (key === undefined || key === null) return undefined
  assertKey(String(key), argument)
  if (isDryRun) return undefined
  const caller = callerNameOf(context) ?? ''
  const keyed = { caller, key: String(key), request: hash(describe()), sight: hash(printSight(context.request)) }
  return createKeeping(keyed, argument, (result: Result) => print(toResult(result)))
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function assertKey(key: string, argument: string): void {
  const refuse = (code: string, message: string) =>
    createInputError([{ path: [argument], code, message: `${argument}: ${message}` }])
  if (key === '')
    throw refuse('MIN_LENGTH', 'it is empty; give a key of your own, or leave it out (its variable may not be set)')
  if ([...key].length > longestKey)
    throw refuse('MAX_LENGTH', `it has ${[...key].length} characters; at most ${longestKey} are allowed`)
  try {
    parseText(key)
  } catch (error) {
    throw error instanceof ValueError ? refuse(error.code, error.message) : error
  }
}
