import options from './node-options.json' with { type: 'json' }

/** The options of Node under which the server runs, however it is started (docs/operation.md). The build writes them to `dist/node-options`. */
export const nodeOptions: readonly string[] = options
