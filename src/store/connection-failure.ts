import type pg from 'pg'

const failures = new WeakMap<pg.ClientBase, Error>()

/**
 * Records why the connection breaks, of which pg tells the next user only that it is broken. Call it before anybody uses the connection:
 * it can break in the moment between connecting and its first use, and an error event that nobody listens to ends the process.
 */
export function watchForFailure(client: pg.ClientBase): void {
  client.on('error', (error) => {
    if (!failures.has(client)) failures.set(client, error)
  })
}

/** The error that broke the connection; undefined while it works. */
export function failureOf(client: pg.ClientBase): Error | undefined {
  return failures.get(client)
}
