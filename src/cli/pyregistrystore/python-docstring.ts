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
  let goOn: ((more: string) => void) | undefined
  for (const line of text.split('\n').map((one) => one.trim())) {
    const tag = /^[:@](\w+)\s*([^:]*?)\s*:\s*(.*)$/.exec(line)
    if (tag) {
      const [, word = '', subject = '', rest = ''] = tag
      summaryIsOpen = false
      const words = subject.replaceAll('*', '').split(/\s+/).filter(Boolean)
      const name = words.at(-1)
      goOn = undefined
      if (name === undefined) continue
      if (['param', 'parameter', 'arg', 'argument', 'key', 'keyword', 'ivar', 'cvar', 'var', 'attr'].includes(word)) {
        const parameter = at(name)
        parameter.description = rest
        if (words.length > 1) parameter.type ??= words.slice(0, -1).join(' ')
        goOn = (more) => {
          parameter.description = `${parameter.description} ${more}`.trim()
        }
      } else if (['type', 'vartype'].includes(word)) at(name).type = rest
    } else if (line === '') {
      goOn = undefined
      if (summary.length > 0) summaryIsOpen = false
    } else if (goOn) goOn(line)
    else if (summaryIsOpen) summary.push(line)
  }
  return { summary: summary.join(' '), parameters: [...parameters.values()] }
}
