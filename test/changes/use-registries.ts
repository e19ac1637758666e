import { afterEach, beforeEach } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

type Options = NonNullable<Parameters<typeof startRegistry>[1]>

/** Gives each test of a file a database, on which it starts registries one after the other or side by side; all are closed after it. */
export function useRegistries(): {
  /** `consent` is the digest of a plan, `any`, or empty for none. */
  readonly start: (templates: readonly string[], consent?: string, options?: Options) => Promise<TestRegistry>
  readonly databaseUrl: () => string
} {
  let database: TestDatabase
  const started: TestRegistry[] = []
  beforeEach(async () => {
    database = await createTestDatabase()
  })
  afterEach(async () => {
    for (const registry of started.splice(0)) await registry.close()
    await database.drop()
  })
  return {
    databaseUrl: () => database.url,
    async start(templates, consent = 'any', options = {}) {
      const registry = await startRegistry(templates, {
        databaseUrl: database.url,
        ...(consent && { consent }),
        ...options,
      })
      started.push(registry)
      return registry
    },
  }
}
