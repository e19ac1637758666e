import pg from 'pg'
import type { DriverConnection } from '../driver-connection.ts'

/** Methods of the driver's query, by which it sends messages and takes those of the answer. */
interface DriverQuery {
  name?: string | undefined
  prepare(connection: DriverConnection): void
  hasBeenParsed(connection: DriverConnection): boolean
  handleDataRow(message: object): void
  handleCommandComplete(message: object, connection: DriverConnection): void
}

const driver = pg.Query.prototype as unknown as DriverQuery

/**
 * A statement that is preceded by another one, which gives its transaction its settings. Both go in one packet and are one
 * transaction, so that a pooler gives them one session.
 */
export class QueryWithSettings extends pg.Query {
  readonly #settings: string
  #isSet = false
  /** Only the extended protocol has several statements in a packet with values. */
  readonly queryMode = 'extended'

  constructor(settings: string, text: string, values: unknown[]) {
    super(text, values)
    this.#settings = settings
  }

  prepare(connection: DriverConnection): void {
    const { name, text } = this as unknown as { readonly name: string | undefined; readonly text: string }
    // First, because the driver takes the first message of a parsed statement for the one of the name.
    if (name && !driver.hasBeenParsed.call(this, connection)) {
      connection.parse({ name, text })
      connection.submittedNamedStatements[name] = text
    }
    connection.parse({ name: '', text: this.#settings })
    connection.bind({ portal: '', statement: '', values: [] })
    connection.execute({ portal: '', rows: 0 })
    driver.prepare.call(this, connection)
  }

  handleDataRow(message: object): void {
    if (this.#isSet) driver.handleDataRow.call(this, message)
  }

  handleCommandComplete(message: object, connection: DriverConnection): void {
    if (this.#isSet) driver.handleCommandComplete.call(this, message, connection)
    this.#isSet = true
  }
}
