// Part of `npm run build`: bundles the server and its packages into dist, so that an installed copy runs on the versions that
// were tested, whatever npm would choose elsewhere. Only PostgreSQL's programs stay packages, because each platform has its own.
// Names and lines stay readable for stack traces. Prints nothing unless something fails.

import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'rolldown'
import { thirdPartyLicenses } from './third-party-licenses.js'
import { filesOf, writeFolder } from './write-folder.js'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The folder for the files. The tests use another folder. */
const directory = resolve(process.argv[2] ?? join(root, 'dist'))

const graphiql = '@graphql-yoga/render-graphiql'

/** GraphiQL, which a thread loads only when a browser asks for it, is a file of its own; its 9 MB of texts are compressed. */
const graphiqlFile = {
  name: 'graphiql-file',
  transform: {
    filter: { id: /render-graphiql-page\.ts$/ },
    /** @type {(code: string, path: string) => string} */
    handler(code, path) {
      const address = `import.meta.resolve('${graphiql}')`
      if (!code.includes(address)) throw new Error(`${path} does not contain ${address}, which the bundle replaces`)
      return code.replace(address, "new URL('graphiql.js', import.meta.url).href")
    },
  },
  load: {
    filter: { id: /render-graphiql[\\/]esm[\\/]graphiql\.js$/ },
    /** @this {{ emitFile: (file: object) => void }} @type {(path: string) => Promise<string>} */
    async handler(path) {
      const texts = await import(pathToFileURL(path).href)
      this.emitFile({ type: 'asset', fileName: 'graphiql.json.gz', source: gzipSync(JSON.stringify(texts)) })
      return `import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
const texts = JSON.parse(gunzipSync(readFileSync(new URL('graphiql.json.gz', import.meta.url))))
export const { ${Object.keys(texts).join(', ')} } = texts`
    },
  },
}

/** prom-client loads OpenTelemetry for exemplars, which the registry has none of; only a start that sends traces is to load it. */
const noExemplars = {
  name: 'no-exemplars',
  resolveId: {
    order: 'pre',
    filter: { id: /^@opentelemetry\/api$/ },
    /** @type {(path: string, importer: string | undefined) => string | undefined} */
    handler: (_path, importer) => (/[\\/]prom-client[\\/]/.test(importer ?? '') ? '\0no-exemplars' : undefined),
  },
  load: { filter: { id: /^\0no-exemplars$/ }, handler: () => 'export {}' },
}

const bundle = await build({
  cwd: root,
  write: false,
  checks: { pluginTimings: false },
  input: {
    main: 'src/main.ts',
    'start-app': 'src/start-app.ts',
    'cli/check-templates': 'src/cli/check-templates.ts',
    'cli/data-folder': 'src/cli/data/data-folder.ts',
    'cli/run-doctor': 'src/cli/doctor/run-doctor.ts',
    graphiql,
  },
  platform: 'node',
  // What a package has as an ES module and as CommonJS is there once.
  resolve: { mainFields: ['module', 'main'] },
  // Programs that pg uses where they are installed.
  external: ['pg-native'],
  output: {
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: ({ name }) => (name === 'start-app' ? 'server.js' : '[name].js'),
    comments: false,
  },
  plugins: [graphiqlFile, noExemplars, thirdPartyLicenses],
})
writeFolder(directory, filesOf(bundle), ['bin', 'client', 'page', 'node-options'])
