import { splitAtCommas } from './literal.ts'
import { childrenOf, type Expression, type Source, type SyntaxNode } from './source.ts'

/** A statement, and whether it runs only sometimes. */
export interface Statement {
  readonly node: SyntaxNode
  readonly isConditional: boolean
}

const blocks = new Set([
  'IfStatement',
  'TryStatement',
  'ForStatement',
  'WhileStatement',
  'WithStatement',
  'MatchStatement',
])

/** The statements with those inside of `if`, `try` and the like, definitions without their decorators. */
export function listStatements(nodes: readonly SyntaxNode[], isConditional = false): Statement[] {
  return nodes.flatMap((node): Statement[] => {
    if (node.name === 'StatementGroup') return listStatements(childrenOf(node), isConditional)
    if (node.name === 'DecoratedStatement') return listStatements(childrenOf(node).slice(-1), isConditional)
    if (node.name === 'MatchBody' || node.name === 'MatchClause') return listStatements(bodiesOf(node), true)
    if (blocks.has(node.name)) return listStatements(bodiesOf(node), isConditional || node.name !== 'WithStatement')
    return node.name === ':' || node.name === ';' ? [] : [{ node, isConditional }]
  })
}

function bodiesOf(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node).flatMap((child) =>
    child.name === 'Body' ? childrenOf(child) : child.name.startsWith('Match') ? [child] : [],
  )
}

/** The statements of a class or function. */
export function bodyOf(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node.getChild('Body') ?? node).filter(({ name }) => name !== ':')
}

/** One target of an assignment: `a: int = 1`; of `a = b = 1` and `a, b = 1, 2` there are two. */
export interface Assignment {
  readonly target: SyntaxNode
  readonly type: Expression | undefined
  readonly value: Expression | undefined
}

export function readAssignments(statement: SyntaxNode, source: Source): Assignment[] {
  const segments: SyntaxNode[][] = [[]]
  for (const child of childrenOf(statement)) {
    if (child.name === 'AssignOp' || child.name === 'UpdateOp') segments.push([])
    else segments.at(-1)?.push(child)
  }
  const type = statement.getChild('TypeDef')
  const annotation = type && typeOf(type, source)
  if (annotation && segments.length === 1) segments.push([])
  const given = statement.name === 'UpdateStatement' ? [statement] : (segments.pop() ?? [])
  return segments.flatMap((segment) => {
    const [first, ...others] = segment.filter((node) => node !== type && node.name !== 'TypeDef')
    if (!first) return []
    const targets = partsOf([first, ...others])
    if (!targets) return [{ target: first, type: annotation ?? undefined, value: toExpression(given, source) }]
    const values = partsOf(given)
    return targets.map((target, i) => ({
      target,
      type: undefined,
      // Which part is whose can be told only if there are as many as targets.
      value: toExpression(values?.length === targets.length ? [values[i] as SyntaxNode] : [statement], source),
    }))
  })
}

/** `: str` → `str` */
function typeOf(definition: SyntaxNode, source: Source): Expression | undefined {
  return toExpression(
    childrenOf(definition).filter(({ name }) => name !== ':' && name !== '->'),
    source,
  )
}

function toExpression(nodes: readonly SyntaxNode[], source: Source): Expression | undefined {
  const [node, ...others] = nodes
  if (!node) return undefined
  return others.length > 0 ? { node, source, tuple: nodes } : { node, source }
}

/** The parts of `a, b`, `(a, b)` and `[a, b]`; undefined for one node of another kind, and where a part is starred. */
function partsOf(nodes: readonly SyntaxNode[]): SyntaxNode[] | undefined {
  const [first, ...others] = nodes
  if (!first) return undefined
  const isBracketed = others.length === 0 && ['TupleExpression', 'ArrayExpression'].includes(first.name)
  if (others.length === 0 && !isBracketed) return undefined
  const parts = splitAtCommas(isBracketed ? childrenOf(first).slice(1, -1) : nodes)
  return parts.every((part) => part.length === 1) ? parts.map(([part]) => part as SyntaxNode) : undefined
}

/** The parameters of a function without `*args` and `**kwargs`. */
export function readParameters(definition: SyntaxNode, source: Source): Assignment[] {
  const list = definition.getChild('ParamList')
  const parts = splitAtCommas(list ? childrenOf(list).slice(1, -1) : [])
  return parts.flatMap((part) => {
    const [target] = part
    if (target?.name !== 'VariableName') return []
    const type = part.find(({ name }) => name === 'TypeDef')
    const at = part.findIndex(({ name }) => name === 'AssignOp')
    return [
      {
        target,
        type: type && typeOf(type, source),
        value: at < 0 ? undefined : toExpression(part.slice(at + 1), source),
      },
    ]
  })
}

/** What `import` statements give a name: `d` → `a.c` after `from a import c as d`. */
export function readImports(statements: readonly Statement[], source: Source): ReadonlyMap<string, string> {
  const origins = new Map<string, string>()
  for (const { node } of statements) {
    if (node.name !== 'ImportStatement') continue
    const text = source
      .textOf(node)
      .replace(/#[^\n]*|[()\\;]/g, '')
      .replace(/\s+/g, ' ')
    const [, from, names = ''] = /^(?:from (.*?) ?)?\bimport (.*)$/.exec(text.trim()) ?? []
    for (const one of names.split(',')) {
      const [name = '', alias] = one.trim().split(' as ')
      if (from !== undefined) origins.set(alias ?? name, [from.replace(/^\.+/, ''), name].filter(Boolean).join('.'))
      else origins.set(alias ?? name.split('.')[0] ?? name, alias === undefined ? (name.split('.')[0] ?? name) : name)
    }
  }
  return origins
}
