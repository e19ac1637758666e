import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { findTemplate } from '../arguments/find-template.ts'
import { createUsageError } from '../cli-error.ts'
import { suggest } from '../command-line/suggest.ts'
import type { Template, TemplateList } from '../connection/template.ts'
import { writeError } from '../output/terminal.ts'
import { importExtensions } from './import-formats.ts'

export interface ImportOperands {
  /** `-` is stdin. A file that is not there is among them. */
  readonly files: readonly string[]
  readonly template: Template | undefined
}

/**
 * Which words of `registry import FILE… [TEMPLATE]` are files. The last of several is the template if there is one of this name,
 * or if it can be no file. A folder stands for the files in it, and below.
 */
export async function findOperands(words: readonly string[], templates: TemplateList): Promise<ImportOperands> {
  const last = words.at(-1) ?? ''
  const isTemplate = templates.some(({ name }) => name === last)
  const isFile = last === '-' || existsSync(last)
  if (words.length === 1 && isTemplate && !isFile)
    throw createUsageError(`${last} is a template; give the files before it: registry import FILE… ${last}`)
  const [first = ''] = words
  if (words.length > 1 && !isTemplate && templates.some(({ name }) => name === first) && !existsSync(first))
    throw createUsageError(`${first} is a template; it comes after the files: registry import FILE… ${first}`)
  const isNamed = words.length > 1 && (isTemplate || (!isFile && !/[./\\]/.test(last)))
  if (isNamed && isTemplate && isFile)
    writeError(`${last} is taken as the template; the file or folder of this name is ./${last}\n`)
  const names = isNamed ? words.slice(0, -1) : words
  const files = await openFolders(names, importExtensions)
  return { files, template: isNamed ? findNamed(last, templates) : undefined }
}

function findNamed(name: string, templates: TemplateList): Template {
  const names = templates.map((template) => template.name)
  // With a suggestion, it was meant as a template; otherwise it may have been meant as a file.
  if (names.includes(name) || suggest(name, names) !== '') return findTemplate(templates, name)
  throw createUsageError(
    `There is no file ${JSON.stringify(name)}, and no template of this name.\nThe registry has: ${names.join(', ') || 'none'}`,
  )
}

/** The files of these names, and for a folder those in it and below that have one of the endings. Throws a usage error for a folder without any. */
export async function openFolders(names: readonly string[], endings: readonly string[]): Promise<readonly string[]> {
  const files = await Promise.all(names.map((name) => (isFolder(name) ? listFiles(name, endings) : [name])))
  return files.flat()
}

function isFolder(name: string): boolean {
  try {
    return name !== '-' && statSync(name).isDirectory()
  } catch {
    // Who opens it as a file says what is wrong with it.
    return false
  }
}

async function listFiles(folder: string, endings: readonly string[]): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby')
  const files = await glob(`**/*.{${endings.join(',')}}`, {
    cwd: folder,
    caseSensitiveMatch: false,
    ignore: ['**/node_modules/**'],
  })
  if (files.length > 0) return files.sort().map((file) => join(folder, file))
  throw createUsageError(`The folder ${folder} has no files of these kinds: ${endings.join(', ')}`)
}
