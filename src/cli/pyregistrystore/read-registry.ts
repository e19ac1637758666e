import type { ImportProblem } from '../import/import-problem.ts'
import { readYamlNodes } from '../import/import-yaml-nodes.ts'
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

const objectTag = /^tag:yaml\.org,2002:python\/object:([\w.]+)$/

/** Reads a file of pyRegistryStore, a list of objects of Python classes, without running any of them. */
export function readRegistry(file: string, text: string): ReadRegistry {
  const objects: PythonObject[] = []
  const problems: ImportProblem[] = []
  try {
    const root = readYamlNodes(text.replace(/^\uFEFF/, ''))
    const items = root?.kind === 'list' ? root.items : root === undefined || isEmpty(root) ? [] : [root]
    for (const item of items) {
      const path = objectTag.exec(item.tag ?? '')?.[1]
      if (item.kind !== 'map' || path === undefined) {
        const found = item.tag ? item.tag.replace('tag:yaml.org,2002:', '!!') : 'a value without a class'
        problems.push({
          file,
          line: item.line,
          message: `an object such as "!!python/object:image.Image" is expected here, not ${found}`,
        })
        continue
      }
      const meta = item.entries.find(({ key }) => key === '_meta')?.value
      const attributes = item.entries.filter(({ key }) => key !== '_meta')
      objects.push({
        file,
        line: item.line,
        classPath: path.split('.'),
        meta: new Map(meta?.kind === 'map' ? meta.entries.map(({ key, value }) => [key, toPythonValue(value)]) : []),
        attributes: new Map(attributes.map(({ key, value, line }) => [key, { ...toPythonValue(value), line }])),
      })
    }
  } catch (error) {
    if (!(error instanceof TextReadError)) throw error
    problems.push({ file, line: error.line, message: error.message })
  }
  return { objects, problems }
}

function isEmpty(node: { readonly kind: string; readonly text?: string }): boolean {
  return node.kind === 'scalar' && /^(~|null|)$/.test(node.text ?? '')
}
