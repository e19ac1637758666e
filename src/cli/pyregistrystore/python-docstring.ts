/** What a docstring says about a parameter. */
export interface DocumentedParameter {
  readonly name: string
  description: string
  type: string | undefined
}

export interface Docstring {
  /** The first paragraph. */
  readonly summary: string
  readonly parameters: readonly DocumentedParameter[]
}

/** `:param name: Name image`, `:param str name: …`, `:type name: str`; `@param` as well. Texts continue on indented lines. */
export function readDocstring(text: string): Docstring {
  const parameters = new Map<string, DocumentedParameter>()
  const at = (name: string): DocumentedParameter => {
    const found = parameters.get(name) ?? { name, description: '', type: undefined }
    parameters.set(name, found)
    return found
  }
  const summary: string[] = []
  let summaryIsOpen = true
  let open: DocumentedParameter | undefined
  for (const line of text.split('\n').map((one) => one.trim())) {
    const tag = /^[:@](\w+)\s*([^:]*?)\s*:\s*(.*)$/.exec(line)
    if (tag) {
      const [, word = '', subject = '', rest = ''] = tag
      summaryIsOpen = false
      const words = subject.replaceAll('*', '').split(/\s+/).filter(Boolean)
      const name = words.at(-1)
      open = undefined
      if (name === undefined) continue
      if (['param', 'parameter', 'arg', 'argument', 'key', 'keyword', 'ivar', 'cvar', 'var', 'attr'].includes(word)) {
        open = at(name)
        open.description = rest
        if (words.length > 1) open.type ??= words.slice(0, -1).join(' ')
      } else if (['type', 'vartype'].includes(word)) at(name).type = rest
    } else if (line === '') {
      open = undefined
      if (summary.length > 0) summaryIsOpen = false
    } else if (open) open.description = `${open.description} ${line}`.trim()
    else if (summaryIsOpen) summary.push(line)
  }
  return { summary: summary.join(' '), parameters: [...parameters.values()] }
}
