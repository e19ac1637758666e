import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageDirectory } from './package-directory.ts'

const manifest = readFileSync(join(packageDirectory, 'package.json'), 'utf8')

/** The version of registry-store, from package.json alone. */
export const { version } = JSON.parse(manifest) as { readonly version: string }
