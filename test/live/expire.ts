import { pino } from 'pino'
import { defaultLimits } from '../../src/limits.ts'
import { createRetention } from '../../src/store/retention/create-retention.ts'
import type { TestRegistry } from '../support/registry.ts'

/** A round of the removal of what is not kept. */
export async function expire(registry: TestRegistry, spared = 0): Promise<void> {
  const stop = new AbortController()
  const { model, generation, database, connection } = registry
  const logger = pino({ level: 'silent' })
  const given = { database, connection, limits: defaultLimits, logger, signal: stop.signal }
  const retention = createRetention({ ...given, spared })
  retention.serve({ model, generation })
  await registry.sql('delete from registry_lease')
  await retention.round()
}
