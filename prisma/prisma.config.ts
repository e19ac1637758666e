import { defineConfig } from 'prisma/config'

// `generate` needs no schema engine, but would try to download one. A program that always fails replaces the engine, so that
// no other command can appear to succeed with it.
if (process.argv.includes('generate')) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= '/bin/false'

const url = process.env.DATABASE_URL

export default defineConfig({
  schema: 'schema.prisma',
  migrations: { path: 'migrations' },
  ...(url && { datasource: { url } }),
})
