import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { makeFolders } from '../../make-folders.ts'
import type { TemplateList } from './template.ts'

export interface CachedTemplates {
  readonly url: string
  /** The digest of the schema that they belong to. */
  readonly schema: string
  readonly templates: TemplateList
}

/** `$XDG_CACHE_HOME/registry-store`, with one file for each registry. */
function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME']
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'registry-store')
}

/** The templates that the last command got from this registry; undefined if the cache has none. */
export function readTemplateCache(url: string): CachedTemplates | undefined {
  try {
    const cached = JSON.parse(readFileSync(fileOf(url), 'utf8')) as CachedTemplates
    return cached.url === url && typeof cached.schema === 'string' && Array.isArray(cached.templates)
      ? cached
      : undefined
  } catch {
    return undefined
  }
}

/** Keeps the templates for the next command. If the cache cannot be written, commands are only slower. */
export function writeTemplateCache(cached: CachedTemplates): void {
  const file = fileOf(cached.url)
  const written = `${file}.${process.pid}.${Date.now()}`
  try {
    makeFolders(cacheFolder(), 0o700)
    writeFileSync(written, JSON.stringify(cached), { mode: 0o600 })
    renameSync(written, file)
  } catch {
    removeQuietly(written)
  }
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // The file stays, but no command reads it.
  }
}

/** Named after the address itself: loading a hash function takes longer than reading the file. */
function fileOf(url: string): string {
  return join(cacheFolder(), `${encodeURIComponent(url).slice(0, 200)}.json`)
}
