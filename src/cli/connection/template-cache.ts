import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { TemplateList } from './template.ts'

export interface CachedTemplates {
  readonly url: string
  /** The hash of the schema that they belong to. */
  readonly schema: string
  readonly templates: TemplateList
}

/** `$XDG_CACHE_HOME/registry-store`, with one file for each registry. */
function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME']
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'registry-store')
}

/** What the last command learnt from this registry; undefined if there is nothing to read. */
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

/** Keeps it for the next command. A cache that cannot be written only makes commands slower. */
export function writeTemplateCache(url: string, cached: CachedTemplates): void {
  const file = fileOf(url)
  const written = `${file}.${process.pid}.${Date.now()}`
  try {
    mkdirSync(cacheFolder(), { recursive: true, mode: 0o700 })
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
    // The file stays, and nobody reads it.
  }
}

/** Named after the address itself: loading a hash function takes longer than reading the file. */
function fileOf(url: string): string {
  return join(cacheFolder(), `${encodeURIComponent(url).slice(0, 200)}.json`)
}
