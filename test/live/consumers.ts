import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from '../app/start-process.ts'
import { follow } from '../support/follow.ts'

/** One who is told of changes, whatever happens to the servers. */
export interface Consumer {
  /** What it was told of each object, in order: `UPDATED 3`. */
  readonly told: Map<string, string[]>
  readonly count: () => number
  /** What went wrong and must not, such as a cursor that has expired. */
  readonly errors: unknown[]
  readonly stop: () => Promise<void>
}

/** Which of the servers to ask next. */
type Servers = readonly string[]

function createNotes() {
  const told = new Map<string, string[]>()
  let count = 0
  return {
    told,
    errors: [] as unknown[],
    count: () => count,
    note(key: string, what: string) {
      count++
      const list = told.get(key)
      if (list) list.push(what)
      else told.set(key, [what])
    },
  }
}

/** Refusals that no later attempt would mend. */
const fatal = /CURSOR_EXPIRED|BAD_USER_INPUT|INTERNAL|UNAUTHENTICATED|FORBIDDEN/

/** Reads pages of `changes`, of one server after another, and keeps nothing but the cursor. */
export function consumeChanges(servers: Servers, from: string): Consumer {
  const { note, ...notes } = createNotes()
  let isOver = false
  const query = `query ($after: String) { changes(after: $after, templates: ["part"], first: 250) {
    nodes { outcome key version } endCursor caughtUp } }`
  const reading = (async () => {
    let cursor = from
    for (let turn = 0; !isOver; turn++) {
      try {
        const { changes } = await ask(servers[turn % servers.length] ?? '', query, { after: cursor })
        for (const { outcome, key, version } of changes.nodes) note(key.name, `${outcome} ${version}`)
        cursor = changes.endCursor
        if (changes.caughtUp) await sleep(50)
      } catch (error) {
        if (fatal.test(String(error))) notes.errors.push(error)
        await sleep(100)
      }
    }
  })()
  return {
    ...notes,
    async stop() {
      isOver = true
      await reading
    },
  }
}

/** Subscribes again after each end, at the next server, with the cursor of the last event. */
export function consumeEvents(servers: Servers, from: string, where: object | undefined): Consumer {
  const { note, ...notes } = createNotes()
  let isOver = false
  let leave = () => {}
  const query = `subscription ($after: String, $where: PartWhere) { partsChanged(after: $after, where: $where) {
    kind cursor part { name _meta { version } } before } }`
  const following = (async () => {
    let cursor = from
    for (let turn = 0; !isOver; turn++) {
      try {
        const stream = await follow(servers[turn % servers.length] ?? '', query, { after: cursor, where })
        leave = stream.close
        if (isOver) leave()
        for (;;) {
          const event = await stream.next()
          if (event === 'closed' || event === 'complete') break
          if (event.errors) {
            const text = JSON.stringify(event.errors)
            if (fatal.test(text)) notes.errors.push(text)
            cursor = event.errors[0]?.extensions?.cursor ?? cursor
            break
          }
          cursor = event.cursor
          const { kind, part, before } = event
          if (kind !== 'BOOKMARK') note((part ?? before).name, part ? `${kind} ${part._meta.version}` : kind)
        }
      } catch (error) {
        if (!isOver && fatal.test(String(error))) notes.errors.push(error)
      }
      await sleep(50)
    }
  })()
  return {
    ...notes,
    async stop() {
      isOver = true
      leave()
      await following
    },
  }
}

/** A receiver's notes: each message once by its id, which is the same over all attempts. */
export function createMessageNotes(): Omit<Consumer, 'stop'> & {
  readonly take: (id: string, data: { outcome: string; key: { name: string }; version: number }) => void
} {
  const { note, ...notes } = createNotes()
  const ids = new Set<string>()
  return {
    ...notes,
    take(id, { outcome, key, version }) {
      if (ids.has(id)) return
      ids.add(id)
      note(key.name, `${outcome} ${version}`)
    },
  }
}
