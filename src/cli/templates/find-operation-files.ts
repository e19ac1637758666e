import { existsSync } from 'node:fs'
import { escapePath, glob } from 'tinyglobby'
import { createUsageError } from '../cli-error.ts'

/** The GraphQL documents that files, folders and globs name. A name without any is a usage error: it would let every change pass. */
export async function findOperationFiles(names: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(names.map(findByName))
  return [...new Set(found.flat())].sort()
}

async function findByName(name: string): Promise<readonly string[]> {
  const pattern = existsSync(name) ? escapePath(name) : name
  const files = await glob(pattern, { dot: true, ignore: ['**/node_modules/**', '**/.git/**'] })
  const documents = files.filter((file) => /\.(graphql|gql)$/.test(file))
  if (documents.length > 0) return documents
  throw createUsageError(`--operations: ${JSON.stringify(name)} names no .graphql or .gql file.`)
}
