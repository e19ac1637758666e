import { parser } from '@lezer/python'
import { readDocstring } from './python-docstring.ts'
import { childrenOf, type Literal, readLiteral, type SyntaxNode, valuesOf } from './python-literal.ts'

/** An attribute that the objects of a class have. */
export interface PythonAttribute {
  readonly name: string
  readonly line: number
  description: string
  /** From the annotation or the docstring: `Optional[str]`. */
  type: string | undefined
  /** The source of its default: a literal, or something that Python computes. */
  value: { readonly text: string; readonly literal: Literal | undefined } | undefined
  /** How the value is computed from the parameter, if it is. */
  computed: string | undefined
}

/** A class of pyRegistryStore, read from its source. */
export interface PythonClass {
  readonly name: string
  readonly line: number
  readonly bases: readonly string[]
  readonly description: string | undefined
  readonly uniqKey: Literal | undefined
  readonly attributes: readonly PythonAttribute[]
}

/** Reads the classes of a Python source without running it; text that is not Python is skipped. */
export function readPythonClasses(source: string): PythonClass[] {
  const classes: PythonClass[] = []
  const open = childrenOf(parser.parse(source).topNode)
  for (const node of open) {
    const found =
      node.name === 'DecoratedStatement' ? childrenOf(node).find(({ name }) => name === 'ClassDefinition') : node
    if (found?.name === 'ClassDefinition') classes.push(readClass(found, source))
  }
  return classes
}

function readClass(node: SyntaxNode, source: string): PythonClass {
  const text = (one: SyntaxNode): string => source.slice(one.from, one.to)
  const lineOf = (one: SyntaxNode): number => source.slice(0, one.from).split('\n').length
  const attributes = new Map<string, PythonAttribute>()
  const attributeAt = (name: string, line: number): PythonAttribute => {
    const found = attributes.get(name) ?? {
      name,
      line,
      description: '',
      type: undefined,
      value: undefined,
      computed: undefined,
    }
    attributes.set(name, found)
    return found
  }
  const defaultOf = (one: SyntaxNode) => ({ text: text(one), literal: readLiteral(one, source) })
  const statements = bodyOf(node)
  const constants = new Map<string, Literal | undefined>()
  for (const statement of statements) {
    if (statement.name !== 'AssignStatement') continue
    const { target, type, value } = readAssignment(statement)
    if (target?.name !== 'VariableName' || text(target).startsWith('_')) continue
    const name = text(target)
    if (value && !type) constants.set(name, readLiteral(value, source))
    if (!type || /^ClassVar\b/.test(typeText(type, source))) continue
    const attribute = attributeAt(name, lineOf(statement))
    attribute.type = typeText(type, source)
    if (value) attribute.value = defaultOf(value)
  }
  const init = statements
    .map(unwrap)
    .find(
      (one) =>
        one.name === 'FunctionDefinition' &&
        childrenOf(one).some((child) => child.name === 'VariableName' && text(child) === '__init__'),
    )
  if (init) readInit(init)
  const docs = [docstringOf(statements, source), init ? docstringOf(bodyOf(init), source) : undefined].map((doc) =>
    readDocstring(doc ?? ''),
  )
  for (const { name, description, type } of docs.flatMap((doc) => doc.parameters)) {
    const attribute = attributeAt(name, lineOf(node))
    if (description !== '') attribute.description = description
    attribute.type ??= type
  }
  for (const name of [...attributes.keys()])
    if (name === 'self' || name.startsWith('_') || ['args', 'kwargs'].includes(name)) attributes.delete(name)
  const desc = constants.get('desc')
  return {
    name: text(childrenOf(node).find((child) => child.name === 'VariableName') ?? node),
    line: lineOf(node),
    bases: valuesOf(childrenOf(node).find((child) => child.name === 'ArgList') ?? node).map(text),
    description: (typeof desc === 'string' ? desc : '') || docs[0]?.summary || undefined,
    uniqKey: constants.get('uniq_key'),
    attributes: [...attributes.values()],
  }

  function readInit(definition: SyntaxNode): void {
    const parameters = new Map<string, PythonAttribute>()
    for (const parameter of readParameters(childrenOf(definition).find((child) => child.name === 'ParamList'))) {
      const name = text(parameter.name)
      const attribute = attributeAt(name, lineOf(parameter.name))
      if (parameter.type) attribute.type = typeText(parameter.type, source)
      if (parameter.value) attribute.value = defaultOf(parameter.value)
      parameters.set(name, attribute)
    }
    for (const statement of bodyOf(definition)) {
      if (statement.name !== 'AssignStatement') continue
      const { target, type, value } = readAssignment(statement)
      const name = target?.name === 'MemberExpression' ? /^self\s*\.\s*(\w+)$/.exec(text(target))?.[1] : undefined
      if (name === undefined || name.startsWith('_') || !value) continue
      const parameter = parameters.get(value.name === 'VariableName' ? text(value) : name)
      if (parameter && parameter.name !== name) {
        // `self.name = title`: the field has the attribute's name and the parameter's type.
        attributes.delete(parameter.name)
        attributes.set(name, { ...parameter, name })
      } else if (parameter) {
        if (value.name !== 'VariableName') parameter.computed = text(value)
      } else {
        const attribute = attributeAt(name, lineOf(statement))
        attribute.value = defaultOf(value)
      }
      if (type) attributeAt(name, lineOf(statement)).type ??= typeText(type, source)
    }
  }
}

function unwrap(node: SyntaxNode): SyntaxNode {
  return node.name === 'DecoratedStatement' ? (node.lastChild ?? node) : node
}

function bodyOf(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(childrenOf(node).find((child) => child.name === 'Body') ?? node)
}

function docstringOf(statements: readonly SyntaxNode[], source: string): string | undefined {
  const first = statements.find(({ name }) => name !== ':')
  const text =
    first?.name === 'ExpressionStatement' && first.firstChild ? readLiteral(first.firstChild, source) : undefined
  return typeof text === 'string' ? text : undefined
}

interface Assigned {
  readonly target: SyntaxNode | undefined
  readonly type: SyntaxNode | undefined
  readonly value: SyntaxNode | undefined
}

/** `target: type = value`. */
function readAssignment(node: SyntaxNode): Assigned {
  const children = childrenOf(node)
  const operator = children.findIndex(({ name }) => name === 'AssignOp')
  const isSingle = children.filter(({ name }) => name === 'AssignOp').length <= 1
  return {
    target: children[0],
    type: children.find(({ name }) => name === 'TypeDef'),
    value: operator >= 0 && isSingle ? children[operator + 1] : undefined,
  }
}

function typeText(node: SyntaxNode, source: string): string {
  return source.slice(node.from, node.to).replace(/^:\s*/, '').trim()
}

/** The parameters without `self`, `*args` and `**kwargs`. */
function readParameters(
  list: SyntaxNode | undefined,
): { readonly name: SyntaxNode; readonly type: SyntaxNode | undefined; readonly value: SyntaxNode | undefined }[] {
  const parameters: { name: SyntaxNode; type: SyntaxNode | undefined; value: SyntaxNode | undefined }[] = []
  let isStarred = false
  let isValue = false
  for (const child of list ? childrenOf(list) : []) {
    const last = parameters.at(-1)
    if (child.name === ',') isStarred = false
    else if (child.name === '*' || child.name === '**') isStarred = true
    else if (child.name === 'AssignOp') {
      isValue = true
      continue
    } else if (isValue && last) last.value = child
    else if (child.name === 'TypeDef' && last && !isStarred) last.type = child
    else if (child.name === 'VariableName' && !isStarred)
      parameters.push({ name: child, type: undefined, value: undefined })
    isValue = false
  }
  return parameters
}
