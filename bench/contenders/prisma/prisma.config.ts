import { defineConfig } from 'prisma/config'

// As in prisma/prisma.config.ts at the root: `generate` needs no schema engine, but would try to download one.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= '/bin/false'

export default defineConfig({ schema: 'schema.prisma' })
