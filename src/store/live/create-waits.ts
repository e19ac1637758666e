import { createCallerError } from '../../errors.ts'
import { originOf } from '../../template/changes/continue-model.ts'
import type { Run } from '../database.ts'
import type { Feed, Following } from '../feed/feed.ts'
import type { Allowance } from './create-allowance.ts'
import { createLanes } from './create-lanes.ts'
import { createLeaving, type Leaving } from './create-leaving.ts'

/** Asks questions again until they hold. Nobody who waits holds a connection to the database. */
export interface Waits {
  /**
   * Resolves with the first answer that holds, or with the one at the end of the time (ms). Rejects with what asking rejects with, and
   * with LIMIT_EXCEEDED if the caller waits for too much, with SERVICE_UNAVAILABLE when the server stops, or once `connection` is closed: then nothing is asked any more.
   */
  readonly until: <Found extends Answer>(
    question: Question<Found>,
    timeout: number,
    connection?: Leaving | undefined,
  ) => Promise<Found>
  /** Ends all waits, now and from now on. */
  readonly stop: () => void
  /** How many wait now. */
  readonly count: () => number
}

export interface Question<Found extends Answer> {
  /** Questions of the same name have the same answer, and are asked together. */
  readonly name: string
  /** Whose changes may change the answer, as `originOf` gives them. */
  readonly templates: ReadonlySet<string>
  /** Whether the answer may change without a change of these. */
  readonly isTimely: boolean
  /** Who asks: callers with many questions are asked for in turns with the others. Undefined: callers are not told from one another. */
  readonly lane: string | undefined
  readonly ask: (run: Run) => Promise<Found>
}

export interface Answer {
  readonly holds: boolean
}

/** How long after it failed to listen to the feed it is tried again, in milliseconds. */
const listenPause = 1_000

/** The questions that are asked at a time, of all that wait. */
const mostAsked = 3
/** How long after an answer a question that depends on the time is asked again, in milliseconds. */
const timelyPause = 2_000
/** A question rests for as many times as long as its answer took, at most so long (ms), so that writers cannot keep the database busy with it. */
const rest = { times: 2, longest: 5_000 }

/** All who wait for the same. */
interface Group {
  readonly question: Question<Answer>
  readonly waiters: Set<Waiter>
  /** How many times it has been asked. */
  asked: number
  isAsking: boolean
  isQueued: boolean
  /** Whether it is to be asked once more than it has been begun. */
  isStale: boolean
  /** When it may be asked again, as `performance.now()` tells it. */
  restsUntil: number
  timer: NodeJS.Timeout | undefined
}

interface Waiter {
  /** The first time of asking that began after this one came. */
  from: number
  /** What it was told. */
  answer: Answer | undefined
  isOver: boolean
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** `run` asks: on the primary, since a replica may not have replayed yet what woke a question. */
export function createWaits({ listen }: Pick<Feed, 'listen'>, run: Run, allowance: Allowance): Waits {
  const groups = new Map<string, Group>()
  const byTemplate = new Map<string, Set<Group>>()
  const leaving = createLeaving()
  const inTurn = createLanes(mostAsked)
  let isStopped = false
  let following: Following | undefined
  let isOpening = false
  let opening: NodeJS.Timeout | undefined

  return {
    until<Found extends Answer>(question: Question<Found>, timeout: number, connection?: Leaving) {
      if (isStopped) return askOnce(question, timeout)
      return new Promise<Found>((resolve, reject) => {
        const giveBack = allowance.take(question.lane)
        const group = groups.get(question.name) ?? addGroup(question)
        const finish = () => {
          giveBack()
          clearTimeout(timer)
          forget?.()
          group.waiters.delete(waiter)
          if (group.waiters.size === 0) removeGroup(group)
        }
        const waiter: Waiter = {
          from: group.asked + 1,
          answer: undefined,
          isOver: timeout <= 0,
          resolve(answer) {
            finish()
            resolve(answer as Found)
          },
          reject(error) {
            finish()
            reject(error)
          },
        }
        const timer = timeout > 0 ? setTimeout(() => endTime(waiter, group), timeout) : undefined
        const forget = connection && leaving.watch(connection, () => waiter.reject(createLeftError()))
        group.waiters.add(waiter)
        if (!connection?.destroyed) askAgain(group, 'at once')
        else waiter.reject(createLeftError())
      })
    },
    count: () => [...groups.values()].reduce((sum, { waiters }) => sum + waiters.size, 0),
    stop() {
      isStopped = true
      for (const { waiters } of [...groups.values()])
        for (const waiter of [...waiters]) waiter.reject(createStoppedError())
    },
  }

  async function askOnce<Found extends Answer>({ ask }: Question<Found>, timeout: number): Promise<Found> {
    const answer = await ask(run)
    if (answer.holds || timeout <= 0) return answer
    throw createStoppedError()
  }

  function addGroup(question: Question<Answer>): Group {
    const group: Group = {
      question,
      waiters: new Set(),
      asked: 0,
      isAsking: false,
      isQueued: false,
      isStale: false,
      restsUntil: 0,
      timer: undefined,
    }
    groups.set(question.name, group)
    for (const template of question.templates)
      byTemplate.set(template, (byTemplate.get(template) ?? new Set()).add(group))
    return group
  }

  function removeGroup(group: Group): void {
    clearTimeout(group.timer)
    groups.delete(group.question.name)
    for (const template of group.question.templates) {
      const others = byTemplate.get(template)
      others?.delete(group)
      if (others?.size === 0) byTemplate.delete(template)
    }
    if (groups.size > 0) return
    clearTimeout(opening)
    following?.stop()
    following = undefined
  }

  /** Listens to the feed while somebody waits. What was asked before that is asked again. */
  function follow(): void {
    if (isOpening || following) return
    isOpening = true
    listen({
      onChanges({ changes }) {
        for (const template of new Set(changes.map((change) => originOf(change.template))))
          for (const group of byTemplate.get(template) ?? []) askAgain(group, 'rested')
      },
      onEnd() {
        following = undefined
        follow()
      },
    }).then(
      (opened) => {
        isOpening = false
        if (groups.size === 0) return opened.stop()
        following = opened
        for (const group of groups.values()) askAgain(group, 'at once')
      },
      () => {
        isOpening = false
        clearTimeout(opening)
        if (groups.size > 0) opening = setTimeout(follow, listenPause)
      },
    )
  }

  /** Its time is over: what it was told is right if nothing can have changed since. */
  function endTime(waiter: Waiter, group: Group): void {
    waiter.isOver = true
    const isSure = following !== undefined && !group.isStale && !group.isAsking && !group.question.isTimely
    if (waiter.answer && isSure) waiter.resolve(waiter.answer)
    else {
      waiter.from = group.asked + 1
      askAgain(group, 'at once')
    }
  }

  function askAgain(group: Group, when: 'at once' | 'rested'): void {
    group.isStale = true
    if (group.isAsking || group.isQueued) return
    clearTimeout(group.timer)
    const pause = when === 'at once' ? 0 : group.restsUntil - performance.now()
    if (pause > 0) group.timer = setTimeout(() => enqueue(group), pause)
    else enqueue(group)
  }

  function enqueue(group: Group): void {
    group.isQueued = true
    void inTurn(group.question.lane ?? '', () => ask(group))
  }

  async function ask(group: Group): Promise<void> {
    group.isQueued = false
    if (group.waiters.size === 0) return
    const number = ++group.asked
    const startedAt = performance.now()
    group.isStale = false
    group.isAsking = true
    const tell = await group.question.ask(run).then(
      (answer) => (waiter: Waiter) => {
        waiter.answer = answer
        if (answer.holds || waiter.isOver) waiter.resolve(answer)
      },
      (error: unknown) => (waiter: Waiter) => waiter.reject(error),
    )
    group.isAsking = false
    const now = performance.now()
    group.restsUntil = now + Math.min(rest.times * (now - startedAt), rest.longest)
    for (const waiter of [...group.waiters]) if (waiter.from <= number) tell(waiter)
    if (group.waiters.size > 0) {
      follow()
      const isAwaited = [...group.waiters].some(({ from }) => from > number)
      if (group.isStale) askAgain(group, isAwaited ? 'at once' : 'rested')
      else if (group.question.isTimely) group.timer = setTimeout(() => askAgain(group, 'rested'), timelyPause)
    }
  }
}

function createStoppedError(): Error {
  return createCallerError(
    'SERVICE_UNAVAILABLE',
    'The server stops, and what was waited for does not hold yet. Ask again: another server, or this one after its start, goes on waiting.',
  )
}

/** Nobody reads it. */
function createLeftError(): Error {
  return createCallerError('SERVICE_UNAVAILABLE', 'The client has left.')
}
