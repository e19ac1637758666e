import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

const temporary = /\.\d+\.tmp$/

/**
 * Makes a folder contain these files and no others, except in the subfolders `others`. Each file is replaced in one step, because
 * another process may be about to read it. A file that begins with `#!` can be executed.
 *
 * @param {string} folder
 * @param {Readonly<Record<string, string | Uint8Array>>} files contents by path
 * @param {readonly string[]} others
 */
export function writeFolder(folder, files, others = []) {
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path)
    const next = `${target}.${process.pid}.tmp`
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(next, content, { mode: String(content.slice(0, 2)) === '#!' ? 0o755 : 0o644 })
    renameSync(next, target)
  }
  const kept = Object.keys(files).map((path) => join(path))
  const isKept = (path) => kept.some((file) => file === path || file.startsWith(path + sep)) || temporary.test(path)
  const isOther = (path) => others.includes(path.split(sep)[0])
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!isKept(path) && !isOther(path)) rmSync(join(folder, path), { recursive: true, force: true })
  }
}

/**
 * The files of a bundle that was built with `write: false`.
 *
 * @param {{ output: readonly (import('rolldown').OutputChunk | import('rolldown').OutputAsset)[] }} bundle
 */
export function filesOf({ output }) {
  return Object.fromEntries(output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]))
}
