import { evaluate, readCall } from './literal.ts'
import type { Members } from './members.ts'
import { childrenOf, type Expression, hasError, type Source, type SyntaxNode } from './source.ts'
import { bodyOf, listStatements, readAssignments, readParameters } from './statements.ts'

/** A remark on a statement. */
export const notUnderstood = 'this is not Python, or not of a form that is understood; it is passed over'

/** Reads what `__init__` stores in `self`. A parameter is an attribute too, since the class takes it. */
export function readInit(
  definition: SyntaxNode,
  outer: Source,
  members: Members,
  remark: (node: SyntaxNode, message: string) => void,
): void {
  const [self, ...parameters] = readParameters(definition, outer)
  const selfName = self ? outer.textOf(self.target) : 'self'
  const names = new Set(parameters.map(({ target }) => outer.textOf(target)))
  // Within the function, a parameter hides what its name means outside.
  const source: Source = {
    ...outer,
    names: { ...outer.names, valueOf: (name) => (names.has(name) ? undefined : outer.names.valueOf(name)) },
  }
  for (const { target, type, value } of parameters) {
    const name = outer.textOf(target)
    members.give(name, { line: outer.lineOf(target), type: type && { ...type, source: outer }, value })
  }
  const stored = new Set<string>()
  /** The attributes that a parameter is stored as, if they have other names. */
  const copies = new Map<string, string[]>()
  for (const { node, isConditional } of listStatements(bodyOf(definition))) {
    if (node.type.isError || hasError(node)) remark(node, notUnderstood)
    if (node.name === 'ExpressionStatement') readCallOn(node)
    if (node.name !== 'AssignStatement' && node.name !== 'UpdateStatement') continue
    for (const { target, type, value } of readAssignments(node, source)) {
      const name = target.name === 'VariableName' ? source.textOf(target) : attributeOf(target)
      if (name === undefined) continue
      if (target.name !== 'VariableName') store(name, node, type, value, isConditional)
      else if (names.has(name) && value) {
        // `if tags is None: tags = []`
        const known = members.all.get(name)?.value
        const isNone = known !== undefined && evaluate(known) === null
        if (isNone && isConditional) members.give(name, { line: 0, value })
        else members.give(name, { line: 0, computed: source.textOf(value.node) })
      }
    }
  }
  if (copies.size > 0) renameParameters()

  function store(
    name: string,
    statement: SyntaxNode,
    type: Expression | undefined,
    value: Expression | undefined,
    isConditional: boolean,
  ): void {
    const line = source.lineOf(statement)
    if (!value || value.tuple) members.give(name, { line, type, value, isConditional })
    else if (value.node.name === 'VariableName' && names.has(source.textOf(value.node))) {
      const parameter = source.textOf(value.node)
      if (parameter === name) stored.add(name)
      else copies.set(parameter, [...(copies.get(parameter) ?? []), name])
      if (type) members.give(parameter, { line, type })
    } else if (names.has(name)) {
      stored.add(name)
      const fallback = fallbackIn(value.node, name)
      const known = members.all.get(name)?.value
      const isEmpty = known === undefined || !evaluate(known)
      if (fallback && isEmpty) members.give(name, { line, type, value: { node: fallback, source } })
      else members.give(name, { line, type, computed: source.textOf(value.node) })
    } else members.give(name, { line, type, value, isConditional })
  }

  /** `[]` in `tags or []`, `tags if tags is not None else []` and `[] if tags is None else tags`. */
  function fallbackIn(node: SyntaxNode, name: string): SyntaxNode | undefined {
    const [first, operator, second, otherwise, third] = childrenOf(node)
    const is = (one: SyntaxNode | undefined) => one !== undefined && source.textOf(one) === name
    if (node.name === 'BinaryExpression' && operator?.name === 'or' && is(first)) return second
    if (node.name !== 'ConditionalExpression' || otherwise?.name !== 'else' || !second) return undefined
    const condition = source.textOf(second).replace(/\s+/g, ' ')
    if (is(first) && [name, `${name} is not None`].includes(condition)) return third
    return is(third) && [`not ${name}`, `${name} is None`].includes(condition) ? first : undefined
  }

  /** `self.protection(False)`, `setattr(self, 'a', 1)`, `self.add_attr('a', 1)`. */
  function readCallOn(statement: SyntaxNode): void {
    const call = childrenOf(statement)[0]
    if (call?.name !== 'CallExpression') return
    const { callee, positional, named } = readCall(call, source)
    const line = source.lineOf(statement)
    const method = callee.startsWith(`${selfName}.`) ? callee.slice(selfName.length + 1) : ''
    const isSetattr = callee === 'setattr' && positional[0] && source.textOf(positional[0]) === selfName
    if (method === 'protection') {
      const node = positional[0] ?? named.get('state')
      if (node) members.give('_protection', { line, value: { node, source } })
    } else if (isSetattr || method === 'add_attr') {
      const [key, node] = isSetattr ? positional.slice(1) : positional
      const name = key && evaluate({ node: key, source })
      if (typeof name === 'string' && node) members.give(name, { line, value: { node, source } })
      else remark(statement, 'attributes that only Python can name are set here; write them into the template')
    } else if (/^__dict__\b/.test(method))
      remark(statement, 'attributes that only Python can name are set here; write them into the template')
  }

  /** `self.name = title`: the field has the attribute's name, and the parameter's type and default. */
  function renameParameters(): void {
    const before = new Map(members.all)
    const targets = new Set([...copies.values()].flat())
    members.all.clear()
    for (const [key, member] of before) {
      const names = copies.get(key)
      if (names ? stored.has(key) : !targets.has(key)) members.all.set(key, member)
      for (const name of names ?? [])
        members.all.set(name, { ...member, name, type: member.type ?? before.get(name)?.type })
    }
  }

  function attributeOf(target: SyntaxNode): string | undefined {
    const [object, name, ...others] = source.textOf(target).replace(/\s/g, '').split('.')
    return target.name === 'MemberExpression' &&
      object === selfName &&
      others.length === 0 &&
      /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name ?? '')
      ? name
      : undefined
  }
}
