import type { ImportProblem } from '../import/import-problem.ts'
import { readYamlDocuments, type YamlNode } from '../import/import-yaml-nodes.ts'
import { TextReadError } from '../import/text-read-error.ts'
import { type PythonValue, toPythonValue } from './python-value.ts'

/** One object of a file of pyRegistryStore. */
export interface PythonObject {
  readonly file: string
  readonly line: number
  /** `pyRegistryStore.image.Image` → `['pyRegistryStore', 'image', 'Image']`. */
  readonly classPath: readonly string[]
  readonly meta: ReadonlyMap<string, PythonValue>
  readonly attributes: ReadonlyMap<string, PythonValue>
}

export interface ReadRegistry {
  readonly objects: readonly PythonObject[]
  readonly problems: readonly ImportProblem[]
}

/** `!!python/object:image.Image`, or `!Image` of a class with a `yaml_tag`. */
const objectTag = /^(?:tag:yaml\.org,2002:python\/object:|!)([\w.]+)$/

/** Reads a file of pyRegistryStore, a list of objects of Python classes, without running any of them. */
export function readRegistry(file: string, text: string): ReadRegistry {
  const objects: PythonObject[] = []
  const problems: ImportProblem[] = []
  try {
    const roots = readYamlDocuments(text.replace(/^\uFEFF/, ''))
    for (const item of roots.flatMap((root) => (root.kind === 'list' ? root.items : isEmpty(root) ? [] : [root]))) {
      const path = objectTag.exec(item.tag ?? '')?.[1]
      if (item.kind === 'map' && path !== undefined) objects.push(toObject(file, item, path.split('.')))
      else {
        const found = item.tag ? item.tag.replace('tag:yaml.org,2002:', '!!') : 'a value without a class'
        const message = `an object such as "!!python/object:image.Image" is expected here, not ${found}`
        problems.push({ file, line: item.line, message })
      }
    }
  } catch (error) {
    if (!(error instanceof TextReadError)) throw error
    problems.push({ file, line: error.line, message: error.message })
  }
  return { objects, problems }
}

function toObject(file: string, item: YamlNode & { kind: 'map' }, classPath: readonly string[]): PythonObject {
  const meta = item.entries.find(({ key }) => key === '_meta')?.value
  const attributes = item.entries.filter(({ key }) => key !== '_meta')
  return {
    file,
    line: item.line,
    classPath,
    meta: new Map(meta?.kind === 'map' ? meta.entries.map(({ key, value }) => [key, toPythonValue(value)]) : []),
    attributes: new Map(attributes.map(({ key, value, line }) => [key, { ...toPythonValue(value), line }])),
  }
}

function isEmpty(node: YamlNode): boolean {
  return node.kind === 'scalar' && /^(~|null|)$/.test(node.text)
}
