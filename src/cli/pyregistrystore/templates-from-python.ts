import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { explainFileError } from '../../explain-file-error.ts'
import { makeFolders } from '../../make-folders.ts'
import { CliError, createUsageError, type ExitCode, exitCodes } from '../cli-error.ts'
import { writeError, writeOut } from '../output/terminal.ts'
import { readTextFile } from '../read-text-file.ts'
import { type ClassTemplate, toClassTemplate } from './class-template.ts'
import { printRemark } from './print-template.ts'
import { isEnum } from './python/literal.ts'
import { readProgram } from './python/python-program.ts'
import type { PythonClass, Remark } from './python/source.ts'
import { readKey, toWholeClass } from './whole-class.ts'

export interface FromPythonOptions {
  readonly into?: string
}

const largestFile = 1_000_000

/**
 * `registry templates from-python FILE.py… [CLASS…]`: prints a template for each class that has a key, or writes each into a
 * folder. Says on stderr what is not carried over, and which classes are passed over. Returns the exit code.
 */
export async function writeTemplatesFromPython(
  operands: readonly string[],
  { into }: FromPythonOptions,
): Promise<ExitCode> {
  const isClass = (word: string) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(word) && !existsSync(word)
  const wanted = new Set(operands.filter(isClass))
  const names = operands.filter((word) => !isClass(word))
  if (names.length === 0) throw createUsageError(`There is no file ${operands[0]}.`)
  const files: { readonly file: string; readonly text: string }[] = []
  for (const file of names) files.push({ file, text: await readSource(file) })
  const modules = readProgram(files)
  const classes = modules.flatMap((one) => one.classes).filter((one) => !isEnum(one))
  for (const name of wanted)
    if (!classes.some((one) => one.name === name))
      throw createUsageError(`${names.join(', ')}: there is no class ${name}.${listNames(classes)}`)

  const { templates, passedOver, problems } = planTemplates(classes, wanted)
  report([...modules.flatMap(({ remarks }) => remarks), ...templates.flatMap(({ notes }) => notes), ...passedOver])
  report([...templates.flatMap((template) => template.problems), ...problems])
  if (templates.length === 0)
    throw createUsageError(`${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} no class with a uniq_key.`)
  if (into === undefined) writeOut(templates.map(({ text }) => text).join('---\n'))
  else await writeFiles(templates, into)
  if (into === undefined && templates.length > 1)
    writeError(
      `${templates.length} templates: each belongs in a file of its own; --into object-templates writes them\n`,
    )
  const isWrong = templates.some((template) => template.problems.length > 0)
  if (isWrong) writeError(`What is ${into === undefined ? 'printed' : 'written'} needs work before it can be used.\n`)
  return isWrong || problems.length > 0 ? exitCodes.failed : exitCodes.done
}

interface PlannedTemplates {
  readonly templates: readonly ClassTemplate[]
  /** Classes for which there is no template, and need be none. */
  readonly passedOver: readonly Remark[]
  /** Classes of pyRegistryStore for which there is none. */
  readonly problems: readonly Remark[]
}

function planTemplates(classes: readonly PythonClass[], wanted: ReadonlySet<string>): PlannedTemplates {
  const templates: ClassTemplate[] = []
  const passedOver: Remark[] = []
  const problems: Remark[] = []
  const sources = new Map<string, PythonClass>()
  const heirsOf = listHeirs(classes)
  for (const one of classes) {
    if (wanted.size > 0 && !wanted.has(one.name)) continue
    const { name, line, source } = one
    const remark = (list: Remark[], message: string, at = line) => list.push({ file: source.file, line: at, message })
    const whole = toWholeClass(one)
    const key = readKey(whole)
    if (key.kind === 'unreadable') remark(problems, key.message, key.line)
    else if (key.kind === 'none') {
      const heirs = heirsOf.get(one) ?? []
      if (name === 'RegistryStore') remark(passedOver, `${name}: it is pyRegistryStore itself; it is passed over`)
      else if (heirs.length > 0 && !wanted.has(name))
        remark(
          passedOver,
          `${name}: it has no uniq_key and is passed over, as the base of ${heirs.slice(0, 20).join(', ')}`,
        )
      else if (whole.isStored || wanted.has(name)) remark(problems, printLackOfKey(name, [...whole.members.keys()]))
      else if (whole.unknownBases.length > 0)
        remark(
          passedOver,
          `${name}: it has no uniq_key and is passed over; if ${whole.unknownBases.join(', ')} has one, give that file too`,
        )
      else remark(passedOver, `${name}: it has no uniq_key and is no RegistryStore; it is passed over`)
    } else {
      const template = toClassTemplate(whole, key.names)
      const other = sources.get(template.name)
      if (other)
        remark(
          problems,
          `${name}: the template ${template.name} is made of ${other.name} (${other.source.file}:${other.line}) already; rename one of them`,
        )
      else {
        sources.set(template.name, one)
        templates.push(template)
      }
    }
  }
  return { templates, passedOver, problems }
}

/** A key is never guessed: two objects that it does not tell apart would be one. */
function printLackOfKey(name: string, members: readonly string[]): string {
  const attributes = members.filter((one) => !one.startsWith('_') && !['uniq_key', 'desc', 'file_name'].includes(one))
  const example = attributes.length > 0 ? `, out of ${attributes.slice(0, 20).join(', ')}` : ''
  return `${name}: it has no uniq_key, so there is no template for it; add _uniq_key = […] to the class, with the attributes that identify an object${example}`
}

/** The names of the classes that have a class as their base. */
function listHeirs(classes: readonly PythonClass[]): ReadonlyMap<PythonClass, readonly string[]> {
  const heirs = new Map<PythonClass, string[]>()
  for (const one of classes)
    for (const base of one.bases) {
      const found = one.source.names.classOf(base)
      if (!found || found === one) continue
      const known = heirs.get(found)
      if (known) known.push(one.name)
      else heirs.set(found, [one.name])
    }
  return heirs
}

async function readSource(file: string): Promise<string> {
  const text = await readTextFile(file)
  if (Buffer.byteLength(text) > largestFile)
    throw createUsageError(`${file} cannot be read (it is larger than ${largestFile / 1_000_000} MB).`)
  return text
}

/** Writes all files, or none if another template would be lost. */
async function writeFiles(templates: readonly ClassTemplate[], folder: string): Promise<void> {
  const files = templates.map(({ name, text }) => ({ file: join(folder, `${name}.yaml`), text }))
  for (const { file, text } of files) {
    const known = await readFile(file, 'utf8').catch(() => undefined)
    if (known !== undefined && known !== text)
      throw new CliError(exitCodes.failed, `${file} exists already and is another template. Nothing was written.`)
  }
  try {
    makeFolders(folder)
    for (const { file, text } of files) await writeFile(file, text)
  } catch (error) {
    throw new CliError(exitCodes.failed, `${folder} cannot be written: ${explainFileError(error)}.`)
  }
  writeOut(files.map(({ file }) => `${file}\n`).join(''))
}

function listNames(classes: readonly PythonClass[]): string {
  return classes.length > 0 ? ` It has: ${classes.map(({ name }) => name).join(', ')}` : ''
}

function report(remarks: readonly Remark[]): void {
  writeError([...new Set(remarks.map((one) => `${printRemark(one)}\n`))].join(''))
}
