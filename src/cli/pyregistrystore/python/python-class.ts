import { readDocstring } from './docstring.ts'
import { evaluate, readCall } from './literal.ts'
import { createMembers } from './members.ts'
import { notUnderstood, readInit } from './read-init.ts'
import {
  childrenOf,
  type Expression,
  hasError,
  type PythonClass,
  type Remark,
  type Source,
  type SyntaxNode,
} from './source.ts'
import { bodyOf, listStatements, readAssignments } from './statements.ts'

/**
 * Reads a class from its definition and its body, which are the same node unless the body is not indented.
 * Nothing is run.
 */
export function readClass(definition: SyntaxNode, body: readonly SyntaxNode[], outer: Source): PythonClass {
  const members = createMembers()
  const remarks: Remark[] = []
  const remark = (node: SyntaxNode, message: string): void => {
    const line = outer.lineOf(node)
    // Of one mistake, the parser may make many errors.
    if (!remarks.some((known) => known.line === line && known.message === message))
      remarks.push({ file: outer.file, line, message })
  }
  const name = nameOf(definition, outer)
  const source: Source = {
    ...outer,
    names: { ...outer.names, valueOf: (one) => members.all.get(one)?.value ?? outer.names.valueOf(one) },
  }
  const docstrings = [docstringOf(body, source)]
  const returns = new Map<string, Expression>()
  const methods = new Set<string>()
  const nested: PythonClass[] = []
  let last: string | undefined
  for (const { node, isConditional } of listStatements(body)) {
    if (node.type.isError || (hasError(node) && node.name !== 'FunctionDefinition')) remark(node, notUnderstood)
    const line = outer.lineOf(node)
    const before = last
    last = undefined
    if (node.name === 'AssignStatement' || node.name === 'UpdateStatement') {
      for (const { target, type, value } of readAssignments(node, source)) {
        if (target.name !== 'VariableName') continue
        last = source.textOf(target)
        members.give(last, { line, type, value, isConditional })
      }
    } else if (node.name === 'DeleteStatement') {
      for (const child of childrenOf(node)) members.all.delete(source.textOf(child))
    } else if (node.name === 'ExpressionStatement' && before !== undefined) {
      const text = textIn(node, source)
      if (text !== undefined) members.give(before, { line, description: text })
    } else if (node.name === 'FunctionDefinition') {
      const method = nameOf(node, source)
      methods.add(method)
      if (method === '__init__' || method === '__post_init__') {
        docstrings.push(docstringOf(bodyOf(node), source))
        readInit(node, outer, members, remark)
      }
      const [only, ...others] = bodyOf(node).filter((one) => textIn(one, source) === undefined)
      const result = only?.name === 'ReturnStatement' && others.length === 0 ? childrenOf(only)[1] : undefined
      if (result) returns.set(method, { node: result, source })
    } else if (node.name === 'ClassDefinition') nested.push(readClass(node, bodyOf(node), outer))
  }
  return {
    name,
    source,
    line: outer.lineOf(definition.getChild('class') ?? definition),
    bases: basesOf(definition, outer),
    docstrings: docstrings.map((text) => readDocstring(text ?? '')),
    members: members.all,
    returns,
    methods,
    nested,
    remarks,
  }
}

/** `class Person(objects.RegistryStore, Generic[T])` → `['objects.RegistryStore', 'Generic']`. */
function basesOf(definition: SyntaxNode, source: Source): string[] {
  const list = definition.getChild('ArgList')
  const { positional } = list ? readCall(definition, source) : { positional: [] }
  return positional.map((node) => source.names.originOf(source.textOf(node).replace(/\s|\[[^]*$/g, '')))
}

export function nameOf(definition: SyntaxNode, source: Source): string {
  const name = definition.getChild('VariableName')
  return name ? source.textOf(name) : ''
}

function docstringOf(body: readonly SyntaxNode[], source: Source): string | undefined {
  return body[0] && textIn(body[0], source)
}

/** The text of a statement that is nothing but a text. */
function textIn(statement: SyntaxNode, source: Source): string | undefined {
  const [node, ...others] = statement.name === 'ExpressionStatement' ? childrenOf(statement) : []
  const isText = node && others.length === 0 && ['String', 'ContinuedString'].includes(node.name)
  const text = isText ? evaluate({ node, source }) : undefined
  return typeof text === 'string' ? text : undefined
}
