import type pg from 'pg'

const failures = new WeakMap<pg.ClientBase, Error>()

/** Keeps why the connection breaks. Whoever uses it next is told by pg only that it is broken. */
export function watchForFailure(client: pg.ClientBase): void {
  client.on('error', (error) => {
    if (!failures.has(client)) failures.set(client, error)
  })
}

/** What broke the connection; undefined while it works. */
export function failureOf(client: pg.ClientBase): Error | undefined {
  return failures.get(client)
}
