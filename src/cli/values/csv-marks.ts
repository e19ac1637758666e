// CSV cannot escape a text that a spreadsheet would run as a formula, or that the log of a CI service would obey. Such a text gets an
// apostrophe. One that has this apostrophe already gets another, so that all of them come back.

/** What a spreadsheet takes for a formula: after spaces too, and with the wide forms of the signs. */
const formula = /^(?='*(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]))/
const markedFormula = new RegExp(`^'${formula.source.slice(1)}`)

/** Where the apostrophe stands: behind the first group, before the second. */
const commands: readonly (readonly [behind: string, before: string])[] = [
  // `##[error]` of GitHub and Azure, and the like.
  ['#', String.raw`'*#(?=\w*\[)`],
  // `::error::` of GitHub, at the beginning of a line inside the cell.
  [String.raw`[\r\n][^\S\r\n]*`, `'*(?=::)`],
  // The end of a marker of a section of GitLab.
  [String.raw`\r`, String.raw`'*(?=\u001b\[0K)`],
]
const found = commands.map(([behind, before]) => new RegExp(`(${behind})(${before})`, 'g'))
const marked = commands.map(([behind, before]) => new RegExp(`(${behind})'(${before})`, 'g'))

/** A text for a cell of CSV. */
export function addCsvMarks(text: string): string {
  return found.reduce((marking, form) => marking.replace(form, "$1'$2"), text).replace(formula, "'")
}

/** The text that a cell stands for. */
export function removeCsvMarks(cell: string): string {
  return marked.reduce((text, form) => text.replace(form, '$1$2'), cell.replace(markedFormula, ''))
}
