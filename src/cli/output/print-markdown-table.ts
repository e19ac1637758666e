import { markdownTable } from 'markdown-table'
import { printVisibly } from '../../print-visibly.ts'

/** A table in GitHub's Markdown in which values are plain text. The first row is the head. */
export function printMarkdownTable(rows: readonly (readonly string[])[]): string {
  return `${markdownTable(rows.map((row) => row.map(printMarkdownCell)))}\n`
}

/** Escapes characters that are markup in Markdown or HTML; underscores inside words are not markup. */
function printMarkdownCell(text: string): string {
  return printVisibly(text.replace(/\t/g, ' '))
    .replace(/[\\`*[\]|~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\r?\n|\r/g, '<br>')
}
