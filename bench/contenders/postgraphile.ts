/** PostGraphile 5 in a production setup, with the plugins for filters on relations and for aggregates. */

import { createServer } from 'node:http'
import { PgAggregatesPreset } from '@graphile/pg-aggregates'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { PostGraphileConnectionFilterPreset } from 'postgraphile-plugin-connection-filter'

const service = makePgService({
  connectionString: process.env['DATABASE_URL'] ?? '',
  schemas: ['typed'],
  poolConfig: { max: 10 },
})
const server = createServer()
server.on('error', (error) => {
  throw error
})
await postgraphile({
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset, PgAggregatesPreset],
  pgServices: [service],
  grafserv: { graphiql: false, watch: false },
  grafast: { explain: false },
})
  .createServ(grafserv)
  .addTo(server)
server.listen(Number(process.env['PORT']), '127.0.0.1')
