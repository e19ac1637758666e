/** What a docstring says about a parameter or attribute. */
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

/** The headings of the sections that describe attributes, in numpydoc's form and in Google's, in English and in Russian. */
const fieldHeadings =
  /^(?:(?:Other |Keyword )?(?:Parameters?|Arguments?|Args?|Params)|Attributes?|Fields|Параметры|Аргументы|Атрибуты|Поля)$/i
const otherHeadings =
  /^(?:Returns?|Yields?|Receives|Raises|Warns?|Warnings?|See Also|Notes?|References|Examples?|Methods|Todo|Usage|Возвращает|Исключения|Примеры?)$/i
const paramTags = new Set(['param', 'parameter', 'arg', 'argument', 'key', 'keyword', 'ivar', 'cvar', 'var', 'attr'])

/**
 * Reads a docstring in the form of Sphinx (`:param str name: Name image`, `:type name: str`; `@param` as well), of numpydoc
 * (`name : str` below `Parameters` and a line of hyphens) or of Google (`name (str): Name image` below `Args:`).
 */
export function readDocstring(text: string): Docstring {
  const parameters = new Map<string, DocumentedParameter>()
  const at = (name: string): DocumentedParameter => {
    const found = parameters.get(name) ?? { name, description: '', type: undefined }
    parameters.set(name, found)
    return found
  }
  const lines = toLines(text)
  const summary: string[] = []
  let summaryIsOpen = true
  /** The descriptions that the next line may continue. */
  let open: readonly DocumentedParameter[] = []
  let section: Section | undefined
  for (let i = 0; i < lines.length; i++) {
    const { text: line, indentation } = lines[i] as Line
    const heading = section && indentation > section.heading ? undefined : headingAt(lines, i)
    const tag = /^[:@](\w+)\s*([^:]*?)\s*:\s*(.*)$/.exec(line)
    if (section?.style === 'google' && line !== '' && indentation <= section.heading) {
      section = undefined
      open = []
    }
    if (heading || tag) {
      summaryIsOpen = false
      section = heading?.isOfFields ? { style: heading.style, heading: indentation } : undefined
      open = tag ? readTag(tag, at) : []
      if (heading?.style === 'numpydoc') i++
    } else if (section) {
      if (line === '') continue
      if (indentation > (section.entry ?? indentation)) goOn(open, line)
      else {
        section.entry ??= indentation
        const isFollowed = (lines[i + 1]?.indentation ?? 0) > indentation
        open = readEntry(line, section.style, isFollowed).map(({ name, type, description }) => {
          const parameter = at(name)
          if (description !== '') parameter.description = description
          parameter.type ??= type
          return parameter
        })
      }
    } else if (line === '') {
      open = []
      if (summary.length > 0) summaryIsOpen = false
    } else if (open.length > 0) goOn(open, line)
    else if (summaryIsOpen) summary.push(line)
  }
  return { summary: summary.join(' '), parameters: [...parameters.values()] }
}

interface Line {
  readonly text: string
  readonly indentation: number
}

/** The first line stands behind the quotes, and counts as indented like the rest. */
function toLines(text: string): readonly Line[] {
  const lines = text.split('\n').map((line): Line => {
    const spaces = line.replaceAll('\t', '        ')
    return { text: line.trim(), indentation: spaces.length - spaces.trimStart().length }
  })
  const [first, ...others] = lines
  const indentations = others.filter((line) => line.text !== '').map(({ indentation }) => indentation)
  const common = indentations.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY)
  return first ? [{ ...first, indentation: Number.isFinite(common) ? common : 0 }, ...others] : []
}

type Style = 'numpydoc' | 'google'

/** A section of fields: how far its heading is indented, and its entries, once there is one. */
interface Section {
  readonly style: Style
  readonly heading: number
  entry?: number
}

function headingAt(
  lines: readonly Line[],
  i: number,
): { readonly style: Style; readonly isOfFields: boolean } | undefined {
  const { text = '' } = lines[i] ?? {}
  if (text !== '' && /^[-=~]{3,}$/.test(lines[i + 1]?.text ?? ''))
    return { style: 'numpydoc', isOfFields: fieldHeadings.test(text.replace(/:$/, '')) }
  const word = /^(.+):$/.exec(text)?.[1] ?? ''
  if (fieldHeadings.test(word)) return { style: 'google', isOfFields: true }
  return otherHeadings.test(word) ? { style: 'google', isOfFields: false } : undefined
}

/** `:param str name: Name image`, `:type name: str`. Returns what the next lines continue. */
function readTag(
  [, word = '', subject = '', rest = '']: readonly string[],
  at: (name: string) => DocumentedParameter,
): readonly DocumentedParameter[] {
  const words = subject.replaceAll('*', '').split(/\s+/).filter(Boolean)
  const name = words.at(-1)
  if (name === undefined) return []
  if (['type', 'vartype'].includes(word)) at(name).type = rest
  if (!paramTags.has(word)) return []
  const parameter = at(name)
  parameter.description = rest
  if (words.length > 1) parameter.type ??= words.slice(0, -1).join(' ')
  return [parameter]
}

/** `x, y : int` of numpydoc, `x (int): Width` of Google. Empty for a line that is no entry. */
function readEntry(line: string, style: Style, isFollowed: boolean): readonly DocumentedParameter[] {
  const google = /^\*{0,2}(\w+)\s*(?:\((.*?)\))?\s*:(?:\s+(.*))?$/.exec(line)
  if (google && (style === 'google' || google[2] !== undefined)) {
    const [, name = '', type, description = ''] = google
    const isType =
      type === undefined && isFollowed && /^(?:str|int|float|bool|list|dict|datetime|date|uuid)$/i.test(description)
    return [isType ? { name, type: description, description: '' } : { name, type, description }]
  }
  const [, names = '', type] = /^([*\w]+(?:\s*,\s*[*\w]+)*)\s*(?::(?:\s*(.*))?)?$/.exec(line) ?? []
  if (style === 'google' || names === '' || (type === undefined && !isFollowed)) return []
  return names
    .replaceAll('*', '')
    .split(/\s*,\s*/)
    .map((name) => ({ name, type: type || undefined, description: '' }))
}

function goOn(open: readonly DocumentedParameter[], line: string): void {
  for (const parameter of open) parameter.description = `${parameter.description} ${line}`.trim()
}
