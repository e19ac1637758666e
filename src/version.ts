import manifest from '../package.json' with { type: 'json' }

/** The version of registry-store, from package.json alone. Each bundle contains it. */
export const version: string = manifest.version
