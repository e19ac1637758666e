/**
 * The annotation that a docstring's type stands for: `list of str, optional` → `list[str]`, `{'a', 'b'}` → `Literal['a', 'b']`,
 * `int or None` → `int | None`.
 */
export function annotationIn(documented: string): string {
  const text = documented
    .slice(0, 500)
    .replace(/[`~]|:\w+:/g, '')
    .replace(
      /\(\s*(?:optional|required|default[^)]*)\)|[,;]?\s*\b(?:optional|required|defaults?\b.*|keyword-only)\s*$/gi,
      '',
    )
    .replace(/[,;]\s*(?:optional|required|defaults?\b.*|keyword-only)\s*(?=,|$)/gi, '')
    .replace(/[.\s]+$/, '')
    .trim()
  const values = /^(?:one of )?\{([^{}:]*)\}$/i.exec(text)?.[1]
  if (values !== undefined) return `Literal[${values}]`
  const list = /^(?:list|array|sequence|tuple|set|iterable)\s*(?:of|\()\s+([\w. ]+?)\)?$/i.exec(text)?.[1]
  if (list !== undefined) return `list[${annotationIn(list)}]`
  return text
    .replace(/^(?:dict|mapping)\s+.*$/i, 'dict')
    .replace(/\s+or\s+/g, ' | ')
    .replace(/\b(?:null|none)\b/g, 'None')
}
