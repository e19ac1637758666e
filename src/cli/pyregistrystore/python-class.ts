import { parser } from '@lezer/python'
import { readDocstring } from './python-docstring.ts'
import { childrenOf, type Literal, readLiteral, type SyntaxNode } from './python-literal.ts'

/** An attribute that the objects of a class have. */
export interface PythonAttribute {
  readonly name: string
  readonly line: number
  description: string
  /** From the annotation or the docstring: `Optional[str]`. */
  type?: string | undefined
  /** The source of its default: a literal, or something that Python computes. */
  value?: { readonly text: string; readonly literal: Literal | undefined }
  /** How the value is computed from the parameter, if it is. */
  computed?: string
}

/** A class of pyRegistryStore, read from its source. */
export interface PythonClass {
  readonly name: string
  readonly line: number
  readonly description: string | undefined
  readonly uniqKey: Literal | undefined
  readonly attributes: readonly PythonAttribute[]
}

/** Reads the classes of a Python source without running it; text that is not Python is skipped. */
export function readPythonClasses(source: string): PythonClass[] {
  const statements = childrenOf(parser.parse(source).topNode).map(unwrap)
  return statements.filter(({ name }) => name === 'ClassDefinition').map((node) => readClass(node, source))
}

function readClass(node: SyntaxNode, source: string): PythonClass {
  const text = (one: SyntaxNode): string => source.slice(one.from, one.to)
  const lineOf = (one: SyntaxNode): number => source.slice(0, one.from).split('\n').length
  const attributes = new Map<string, PythonAttribute>()
  const attributeAt = (name: string, line: number): PythonAttribute => {
    const found = attributes.get(name) ?? { name, line, description: '' }
    attributes.set(name, found)
    return found
  }
  const nameOf = (one: SyntaxNode): string => text(one.getChild('VariableName') ?? one)
  const defaultOf = (one: SyntaxNode) => ({ text: text(one), literal: readLiteral(one, source) })
  const statements = bodyOf(node)
  const constants = new Map<string, Literal | undefined>()
  for (const statement of statements) {
    if (statement.name !== 'AssignStatement') continue
    const { target, type, value } = readAssignment(statement)
    const name = text(target)
    if (target.name !== 'VariableName' || name.startsWith('_')) continue
    if (value && !type) constants.set(name, readLiteral(value, source))
    if (!type || /^ClassVar\b/.test(typeText(type, source))) continue
    const attribute = attributeAt(name, lineOf(statement))
    attribute.type = typeText(type, source)
    if (value) attribute.value = defaultOf(value)
  }
  const init = statements.map(unwrap).find((one) => one.name === 'FunctionDefinition' && nameOf(one) === '__init__')
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
    name: nameOf(node),
    line: lineOf(node),
    description: (typeof desc === 'string' ? desc : '') || docs[0]?.summary || undefined,
    uniqKey: constants.get('uniq_key'),
    attributes: [...attributes.values()],
  }

  function readInit(definition: SyntaxNode): void {
    const parameters = new Map<string, PythonAttribute>()
    for (const { target, type, value } of readParameters(definition.getChild('ParamList'))) {
      const name = text(target)
      const attribute = attributeAt(name, lineOf(target))
      if (type) attribute.type = typeText(type, source)
      if (value) attribute.value = defaultOf(value)
      parameters.set(name, attribute)
    }
    for (const statement of bodyOf(definition)) {
      if (statement.name !== 'AssignStatement') continue
      const { target, type, value } = readAssignment(statement)
      const name = target.name === 'MemberExpression' ? /^self\s*\.\s*(\w+)$/.exec(text(target))?.[1] : undefined
      if (name === undefined || name.startsWith('_') || !value) continue
      const parameter = parameters.get(value.name === 'VariableName' ? text(value) : name)
      if (parameter && parameter.name !== name) {
        // `self.name = title`: the field has the attribute's name and the parameter's type.
        attributes.delete(parameter.name)
        attributes.set(name, { ...parameter, name })
      } else if (parameter) {
        if (value.name !== 'VariableName') parameter.computed = text(value)
      } else attributeAt(name, lineOf(statement)).value = defaultOf(value)
      if (type) attributeAt(name, lineOf(statement)).type ??= typeText(type, source)
    }
  }
}

/** The definition behind decorators. */
function unwrap(node: SyntaxNode): SyntaxNode {
  return node.name === 'DecoratedStatement' ? (childrenOf(node).at(-1) ?? node) : node
}

function bodyOf(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node.getChild('Body') ?? node)
}

function docstringOf(statements: readonly SyntaxNode[], source: string): string | undefined {
  const first = statements.find(({ name }) => name !== ':')
  const text =
    first?.name === 'ExpressionStatement' && first.firstChild ? readLiteral(first.firstChild, source) : undefined
  return typeof text === 'string' ? text : undefined
}

/** `target: type = value`, in an assignment or as a parameter. */
interface Assigned {
  readonly target: SyntaxNode
  type: SyntaxNode | null
  value: SyntaxNode | null
}

/** The value is null if there are several targets. */
function readAssignment(node: SyntaxNode): Assigned {
  const [operator, ...others] = node.getChildren('AssignOp')
  const value = operator && others.length === 0 ? operator.nextSibling : null
  return { target: childrenOf(node)[0] ?? node, type: node.getChild('TypeDef'), value }
}

function typeText(node: SyntaxNode, source: string): string {
  return source.slice(node.from, node.to).replace(/^:\s*/, '').trim()
}

/** The parameters without `*args` and `**kwargs`. */
function readParameters(list: SyntaxNode | null): readonly Assigned[] {
  const parameters: Assigned[] = []
  let isStarred = false
  let isValue = false
  for (const child of list ? childrenOf(list) : []) {
    const last = parameters.at(-1)
    if (child.name === ',') isStarred = false
    else if (child.name === '*' || child.name === '**') isStarred = true
    else if (isValue && last) last.value = child
    else if (child.name === 'TypeDef' && last && !isStarred) last.type = child
    else if (child.name === 'VariableName' && !isStarred) parameters.push({ target: child, type: null, value: null })
    isValue = child.name === 'AssignOp'
  }
  return parameters
}
