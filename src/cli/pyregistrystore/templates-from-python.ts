import { createUsageError, exitCodes } from '../cli-error.ts'
import { writeError, writeOut } from '../output/terminal.ts'
import { readTextFile } from '../read-text-file.ts'
import { readPythonClasses } from './python-class.ts'
import { templateFromClass } from './template-from-class.ts'

const largestFile = 1_000_000

/** `registry templates from-python FILE.py [CLASS]`. Returns the exit code. */
export async function writeTemplateFromPython(file: string, className: string | undefined): Promise<number> {
  const source = await readTextFile(file)
  if (Buffer.byteLength(source) > largestFile)
    throw createUsageError(`${file} cannot be read (it is larger than ${largestFile / 1_000_000} MB).`)
  const classes = readPythonClasses(source)
  const wanted =
    className === undefined
      ? classes.filter((one) => one.uniqKey !== undefined || classes.length === 1)
      : classes.filter((one) => one.name === className)
  const [found] = wanted
  const names = classes.map((one) => one.name).join(', ')
  if (!found)
    throw createUsageError(
      `${file} has no class${className === undefined ? ' with a uniq_key' : ` ${className}`}.${names ? ` It has: ${names}` : ''}`,
    )
  if (wanted.length > 1) throw createUsageError(`${file} has several classes; choose one: ${names}`)
  const { text, notes, problems } = templateFromClass(found, file)
  writeOut(text)
  for (const { line, message } of notes) writeError(`${file}:${line}: ${message}\n`)
  for (const problem of problems) writeError(`${file}:${found.line}: ${problem}\n`)
  if (problems.length === 0) return exitCodes.done
  writeError('The template above needs work before it can be used.\n')
  return exitCodes.failed
}
