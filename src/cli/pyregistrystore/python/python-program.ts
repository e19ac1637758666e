import { basename } from 'node:path'
import { nameOf, readClass } from './python-class.ts'
import {
  childrenOf,
  type Expression,
  type Names,
  type PythonClass,
  parseSource,
  type Remark,
  type Source,
  type SyntaxNode,
} from './source.ts'
import { bodyOf, listStatements, readAssignments, readImports, type Statement } from './statements.ts'

/** A file of Python, read. */
export interface PythonModule {
  readonly file: string
  /** The classes that stand in it by themselves, not within others. */
  readonly classes: readonly PythonClass[]
  readonly named: ReadonlyMap<string, PythonClass>
  readonly remarks: readonly Remark[]
}

/**
 * Reads Python files together, without running them: a class finds its bases and enums in the others.
 *
 * @throws CliError if one is nested too deeply
 */
export function readProgram(files: readonly { readonly file: string; readonly text: string }[]): PythonModule[] {
  const modules: PythonModule[] = []
  for (const { file, text } of files) modules.push(readModule(parseSource(file, text), modules))
  return modules
}

function readModule(parsed: Source, all: readonly PythonModule[]): PythonModule {
  const classes = new Map<string, PythonClass>()
  const list: PythonClass[] = []
  /** With those that stand within others. */
  const own = new Map<string, PythonClass>()
  const register = (one: PythonClass): void => {
    own.set(one.name, one)
    one.nested.forEach(register)
  }
  const remarks: Remark[] = []
  const top = childrenOf(parsed.top)
  const statements = listStatements(top)
  const values = new Map<string, Expression | undefined>()
  const functions = new Set<string>()
  const origins = readImports(statements, parsed)
  const names: Names = {
    valueOf: (name) => values.get(name),
    classOf: (name) => {
      const isOwn = !name.includes('.') && !origins.has(name)
      return (isOwn && own.get(name)) || findElsewhere(origins.get(name) ?? name, parsed.file, all)
    },
    originOf: (name) => {
      const [head = '', ...rest] = name.split('.')
      return [origins.get(head) ?? head, ...rest].join('.')
    },
    isFunction: (name) => functions.has(name),
  }
  const source: Source = { ...parsed, names }
  for (const { node, isConditional } of statements) {
    if (node.name === 'FunctionDefinition') functions.add(nameOf(node, source))
    const target = node.name === 'TypeDefinition' ? node.getChild('VariableName') : null
    const assignments =
      node.name === 'AssignStatement' || node.name === 'UpdateStatement'
        ? readAssignments(node, source)
        : target && node.lastChild
          ? [{ target, value: { node: node.lastChild, source } }]
          : []
    for (const { target, value } of assignments) {
      const name = source.textOf(target)
      // A name that is given several values has the one of a moment that only Python knows.
      values.set(name, values.has(name) || isConditional ? undefined : value)
    }
  }
  for (const [i, { node }] of statements.entries()) {
    if (node.name !== 'ClassDefinition') continue
    const body = bodyOf(node).filter(({ type }) => !type.isError)
    const behind = body.length > 0 ? [] : unindentedBody(statements, i + 1)
    if (behind.length > 0)
      remarks.push({
        file: parsed.file,
        line: source.lineOf(node),
        message: `${nameOf(node, source)}: its body is not indented, which Python refuses; what follows is taken for its body`,
      })
    const one = readClass(node, behind.length > 0 ? behind : bodyOf(node), source)
    list.push(one)
    classes.set(one.name, one)
    register(one)
  }
  return { file: parsed.file, classes: list, named: classes, remarks }
}

/** The statements that follow a class without a body: an example whose lines have lost their indentation. */
function unindentedBody(statements: readonly Statement[], from: number): SyntaxNode[] {
  const body: SyntaxNode[] = []
  for (let i = from; i < statements.length; i++) {
    const { node } = statements[i] as Statement
    if (['ClassDefinition', 'ImportStatement'].includes(node.name)) break
    body.push(node)
  }
  return body
}

/** The class of another file: that of the module that is named, else the only one of its name. */
function findElsewhere(dotted: string, except: string, all: readonly PythonModule[]): PythonClass | undefined {
  const [name = '', module] = dotted.split('.').reverse()
  const holders = all.filter(({ file, named }) => file !== except && named.has(name))
  const fitting = holders.filter(({ file }) => basename(file, '.py') === module)
  const found = fitting.length === 1 ? fitting[0] : holders.length === 1 ? holders[0] : undefined
  return found?.named.get(name)
}
