import { readdirSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { readEnvFile } from '../../env-file.ts'
import { explainFileError } from '../../explain-file-error.ts'
import { makeFolders } from '../../make-folders.ts'
import { isTemplateFile } from '../../template/load-templates.ts'
import { CliError, exitCodes } from '../cli-error.ts'
import { printInline, printSafely } from '../output/print-safely.ts'
import { quoteForShell } from '../output/quote-for-shell.ts'
import { writeOut } from '../output/terminal.ts'
import { type FirstFile, firstTemplate, firstWrite, ignored, settings } from './first-files.ts'

/** Writes what a registry needs to start in a folder, and prints what to do next. What is there already stays as it is. */
export async function initFolder(directory: string): Promise<void> {
  const templates = findTemplatesFolder(directory)
  makeFolder(templates)
  const present = readdirSync(templates).filter(isTemplateFile)
  const lines = [
    ...(present.length > 0
      ? [`${templates} has templates already, which stay as they are: ${listNames(present)}`]
      : [writeNew(templates, firstTemplate)]),
    writeNew(directory, settings),
    writeNew(directory, ignored),
    '',
    'Start the registry:',
    `  ${resolve(directory) === process.cwd() ? '' : `cd ${quoteForShell(directory)} && `}registry serve`,
    'Then, in another terminal:',
    `  ${present.length > 0 ? 'registry ls' : firstWrite}`,
  ]
  writeOut(printSafely(`${lines.map(printInline).join('\n')}\n`))
}

/** Where the server in that folder will look for templates. */
function findTemplatesFolder(directory: string): string {
  const named = process.env['TEMPLATES_DIR'] || readSettings(directory)['TEMPLATES_DIR'] || 'object-templates'
  return resolve(directory) === process.cwd() || isAbsolute(named) ? named : join(directory, named)
}

function readSettings(directory: string): Readonly<Record<string, string>> {
  try {
    return readEnvFile(join(directory, settings.name))?.values ?? {}
  } catch {
    // There is none yet, or the server will say what is wrong with it.
    return {}
  }
}

function makeFolder(folder: string): void {
  try {
    makeFolders(folder)
  } catch (error) {
    throw new CliError(exitCodes.failed, `The folder ${folder} cannot be made: ${explainFileError(error)}.`, {
      cause: error,
    })
  }
}

function listNames(names: readonly string[]): string {
  return [...names.slice(0, 10), ...(names.length > 10 ? ['…'] : [])].join(', ')
}

/** Writes a file unless it exists. Returns what was done, as a sentence. */
function writeNew(folder: string, { name, text, isSecret }: FirstFile): string {
  const file = join(folder, name)
  try {
    writeFileSync(file, text, { flag: 'wx', mode: isSecret ? 0o600 : 0o666 })
    return `${file} is written`
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return `${file} is there already, and stays as it is`
    throw new CliError(exitCodes.failed, `${file} cannot be written: ${explainFileError(error)}.`, { cause: error })
  }
}
