import pg from 'pg'

/** Whether PostgreSQL itself refused a statement or a connection: its disk is full, it is being stopped, and the like. */
export function isDatabaseError(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError
}
