import { createCallerError, createIssueError } from '../../errors.ts'
import {
  compileKeepAnswer,
  compileKeptAnswer,
  compileReleaseKey,
  compileTakeKey,
  type KeyOfRequest,
} from '../../sql/writes/compile-kept-answer.ts'
import { quote } from '../../template/quote.ts'
import type { Run } from '../database.ts'
import { createRetryableError } from '../database-error.ts'

/** What a write with a key of the caller's does in its transaction, so that the same request again gets the same answer. */
export interface Keeping<Result> {
  /**
   * Comes first: waits for a write that is going on under the key. Throws `KeptAnswer` if the request has been answered, and
   * IDEMPOTENCY_CONFLICT if the key was used for another one.
   */
  readonly take: (run: Run) => Promise<void>
  /** Comes last, and returns the bytes of what is kept: the answer and its key. What is rolled back is not kept. */
  readonly keep: (run: Run, result: Result) => Promise<number>
  /** Comes last in place of `keep` where nothing was written: the request may be sent again. */
  readonly release: (run: Run) => Promise<void>
}

/** Thrown inside a write that has been done before: its answer, as JSON. */
export class KeptAnswer extends Error {
  override readonly name = 'KeptAnswer'
  readonly answer: string
  constructor(answer: string) {
    super('the request has been answered before')
    this.answer = answer
  }
}

/** `argument` is the name of the argument that has the key. */
export function createKeeping<Result>(
  request: KeyOfRequest,
  argument: string,
  print: (result: Result) => string,
): Keeping<Result> {
  return {
    async take(run) {
      const [taken] = await run(compileTakeKey(request))
      if (taken) return
      const [kept] = await run(compileKeptAnswer(request))
      // Its day ended just now.
      if (!kept) throw createRetryableError()
      if (kept.is_same !== true)
        throw createIssueError({
          path: [argument],
          code: 'IDEMPOTENCY_CONFLICT',
          message: `${argument}: ${quote(request.key)} was used for another request; send that one again as it was, or choose another key.`,
        })
      if (kept.is_seen !== true)
        throw createCallerError(
          'FORBIDDEN',
          `What you may read has changed since this request was answered, so its answer cannot be given again. It was done: read the objects, or choose another ${argument} to do it once more.`,
        )
      if (typeof kept.answer !== 'string')
        throw createCallerError(
          'NOT_FOUND',
          `This request was done, but its answer is not kept any more, since an object has been purged. Read the objects, or choose another ${argument} to do it once more.`,
        )
      throw new KeptAnswer(kept.answer)
    },
    async keep(run, result) {
      const answer = print(result)
      await run(compileKeepAnswer(request, answer))
      return Buffer.byteLength(request.key) + Buffer.byteLength(answer)
    },
    async release(run) {
      await run(compileReleaseKey(request))
    },
  }
}
