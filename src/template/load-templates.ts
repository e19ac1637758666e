import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'
import { compareIssues, type IssueCode, TemplateError, type TemplateIssue } from './issue.ts'
import type { TemplateModel } from './model.ts'
import { type PlaceOf, parseTemplates, type TemplateFile } from './parse-templates.ts'
import { limits } from './read-tokens.ts'

/**
 * Loads all templates of a folder: its files `*.yaml`, `*.yml` and `*.json`, except subfolders and files whose names
 * begin with a dot. Throws `TemplateError` with all problems of all files,
 * or `ConfigError` if the folder does not exist or contains no template.
 */
export async function loadTemplates(directory: string): Promise<TemplateModel> {
  return (await loadDeclaredTemplates(directory)).model
}

/** The templates of a folder, and where its files declare them. */
export interface DeclaredModel {
  readonly model: TemplateModel
  readonly placeOf: PlaceOf
}

/** Like `loadTemplates`, with the places of all parts. */
export async function loadDeclaredTemplates(directory: string): Promise<DeclaredModel> {
  const loaded = await Promise.all((await listFiles(directory)).map(readTemplateFile))
  const files = loaded.filter((file): file is TemplateFile => 'text' in file)
  const unread = loaded.filter((file): file is TemplateIssue => 'code' in file)
  const parsed = parseTemplates(
    files,
    unread.map(({ file }) => file),
  )
  const issues = [...unread, ...(parsed.issues ?? [])].sort(compareIssues)
  if (parsed.model && issues.length === 0) return { model: parsed.model, placeOf: parsed.placeOf }
  throw new TemplateError(issues)
}

/** For those who have no templates yet, or are in another folder than they think. */
const firstSteps = ' `registry init` writes a first template; TEMPLATES_DIR names another folder.'

/** Whether a file in the folder of templates is one, by its name. */
export function isTemplateFile(name: string): boolean {
  return /^[^.].*\.(yaml|yml|json)$/.test(name)
}

/** The files of a folder that declare something, by their names and in the order of these. Rejects as `readdir` does. */
export async function listYamlFiles(directory: string): Promise<readonly string[]> {
  const files: string[] = []
  for (const name of (await readdir(directory)).filter(isTemplateFile).sort()) {
    const file = join(directory, name)
    const isFolder = await stat(file).then(
      (found) => found.isDirectory(),
      () => false,
    )
    if (!isFolder) files.push(file)
  }
  return files
}

async function listFiles(directory: string): Promise<readonly string[]> {
  const files = await listYamlFiles(directory).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(
      `The folder of object templates, ${directory}, cannot be read: ${explainFileError(error)}.` +
        (error.code === 'ENOENT' ? firstSteps : ''),
      { cause: error },
    )
  })
  if (files.length > 0) return files
  throw new ConfigError(
    `The folder of object templates, ${directory}, contains no template (*.yaml, *.yml, *.json).${firstSteps}`,
  )
}

/** The text of a file of at most 256 KiB, or why there is none. */
export async function readTemplateFile(file: string): Promise<TemplateFile | TemplateIssue> {
  const refuse = (code: IssueCode, message: string, line = 1): TemplateIssue => ({
    code,
    file,
    line,
    column: 1,
    path: '',
    message,
  })
  let bytes: Buffer
  try {
    // Opening a named pipe would wait forever.
    const found = await stat(file)
    if (!found.isFile()) return refuse('FILE_UNREADABLE', 'This is not a regular file.')
    bytes = await readStart(file, found.size, limits.bytes + 1)
  } catch (error) {
    return refuse('FILE_UNREADABLE', `The file cannot be read: ${explainFileError(error)}.`)
  }
  if (bytes.length > limits.bytes)
    return refuse('FILE_TOO_LARGE', `The file is larger than ${limits.bytes / 1024} KiB.`)
  const text = decode(bytes)
  return text === undefined
    ? refuse('BAD_TEXT', 'The file is not UTF-8 from this line on.', lineOfBadByte(bytes))
    : { file, text }
}

/** `expected` is what the file seemed to have: it may have grown, and what is no file of a disk says 0. */
async function readStart(file: string, expected: number, most: number): Promise<Buffer> {
  const handle = await open(file, 'r')
  try {
    let buffer = Buffer.alloc(Math.min(expected + 1, most))
    let length = 0
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length)
      length += bytesRead
      if (bytesRead === 0 || length === most) return buffer.subarray(0, length)
      if (length === buffer.length) buffer = Buffer.concat([buffer], most)
    }
  } finally {
    await handle.close()
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function lineOfBadByte(bytes: Buffer): number {
  let line = 1
  let start = 0
  for (
    let end = bytes.indexOf(10);
    end >= 0 && decode(bytes.subarray(start, end)) !== undefined;
    end = bytes.indexOf(10, start)
  ) {
    start = end + 1
    line++
  }
  return line
}
