import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { startRegistry } from '../support/registry.ts'

const templates = ['name: role\nkey: [name]\nsearch: false\nfields: { name: string, notes: string }']
const subscription = 'subscription ($after: String) { rolesChanged(after: $after) { cursor role { name notes } } }'
const mutation = 'mutation ($input: [RoleInput!]!) { upsertRoles(input: $input) { created } }'

/** More than the systems between the two keep, and more changes than are kept for one who does not read. */
const batches = 8
const size = 500
const notes = 'n'.repeat(5_000)
/** Who does not read an answer for so long (ms) is cut off. */
const stallTime = 3_000
/** So long (ms) a client may let a stream wait for which too much has come; longer than it may leave an answer unread. */
const patience = 5_000

test('a client that stops reading finds SLOW_CONSUMER and where to go on when it reads again, and misses nothing', async () => {
  const registry = await startRegistry(templates, { stallTime })
  try {
    const { cursor } = await registry.data('{ cursor }')
    const stream = await follow(registry.url, subscription, { after: cursor })
    const names = Array.from({ length: batches * size }, (_, i) => `r${i}`)
    const write = (some: readonly string[]) => registry.data(mutation, { input: some.map((name) => ({ name, notes })) })
    for (let at = 0; at < names.length; at += size) await write(names.slice(at, at + size))
    await sleep(patience + 500)
    await write(['last'])
    const told: string[] = []
    let event = await stream.next()
    for (; event.role; event = await stream.next()) told.push(event.role.name)
    const slow = { code: 'SLOW_CONSUMER', cursor: expect.any(String) }
    expect(event).toEqual({ errors: [expect.objectContaining({ extensions: slow })] })
    expect(await stream.next()).toBe('complete')
    const again = await follow(registry.url, subscription, { after: event.errors[0].extensions.cursor })
    while (told.at(-1) !== 'last') told.push((await again.next()).role.name)
    again.close()
    expect(told).toEqual([...names, 'last'])
  } finally {
    await registry.close()
  }
})
