import type pg from 'pg'

const failures = new WeakMap<pg.ClientBase, Error>()

/** Records why the connection breaks. pg tells the next user of the connection only that it is broken. */
export function watchForFailure(client: pg.ClientBase): void {
  client.on('error', (error) => {
    if (!failures.has(client)) failures.set(client, error)
  })
}

/** The error that broke the connection; undefined while it works. */
export function failureOf(client: pg.ClientBase): Error | undefined {
  return failures.get(client)
}
