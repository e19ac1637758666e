import type { DescribedTemplate } from '../../client/views/described-template.ts'
import type { MatrixAnswer, MatrixView } from '../../client/views/matrix-view.ts'
import { printKey, printValue } from '../../client/views/selection.ts'
import { isDone } from './verdicts.ts'

export interface ArrangedColumn {
  readonly uuid: string
  readonly label: string
  /** Undefined where columns are not grouped. */
  readonly group: string | undefined
  /** Whether it is the first of its group. */
  readonly isFirst: boolean
  /** How many of the cells that are shown have not passed. */
  readonly left: number
}

export interface ArrangedRow {
  /** The value as JSON, as addresses have it. */
  readonly value: string
  readonly label: string
  /** A letter a column, in the order of the columns shown. */
  readonly letters: string
  readonly done: number
}

/** A matrix in the order in which it is shown, without what is not to be seen. */
export interface ArrangedMatrix {
  readonly columns: readonly ArrangedColumn[]
  readonly rows: readonly ArrangedRow[]
  /** How many rows and columns are left out, because all their cells have passed. */
  readonly hidden: { readonly rows: number; readonly columns: number }
}

const collator = new Intl.Collator('en', { numeric: true })

/** Puts the columns in groups, and leaves out what has passed if only the rest is asked for. */
export function arrangeMatrix(
  { matrix }: MatrixAnswer,
  view: MatrixView,
  templates: readonly DescribedTemplate[],
): ArrangedMatrix {
  const { group, target, rows: rowField, onlyNotPassed } = view
  const all = matrix.columns.map((column, place) => ({
    place,
    uuid: column._meta.uuid,
    label: printKey(column, target, templates),
    group: group && (printValue(column[group.graphqlName], group, templates) || '(none)'),
  }))
  const isLeft = (letters: string, place: number) => !isDone(letters[place] ?? 'M')
  const columns = all
    .filter(({ place }) => !onlyNotPassed || matrix.rows.some(({ verdicts }) => isLeft(verdicts, place)))
    .sort((a, b) => (group ? collator.compare(a.group ?? '', b.group ?? '') : 0) || a.place - b.place)
  const rows = matrix.rows.filter(({ verdicts }) => !onlyNotPassed || all.some(({ place }) => isLeft(verdicts, place)))
  return {
    columns: columns.map(({ uuid, label, group: own, place }, i) => ({
      uuid,
      label,
      group: own,
      isFirst: group !== undefined && own !== columns[i - 1]?.group,
      left: matrix.rows.filter(({ verdicts }) => isLeft(verdicts, place)).length,
    })),
    rows: rows.map(({ row, verdicts }) => ({
      value: JSON.stringify(row),
      label:
        typeof row === 'object' && row !== null
          ? Object.values(row).map(String).join(' · ')
          : printValue(row, { ...rowField, type: 'string' }, templates),
      letters: columns.map(({ place }) => verdicts[place] ?? 'M').join(''),
      done: columns.filter(({ place }) => !isLeft(verdicts, place)).length,
    })),
    hidden: { rows: matrix.rows.length - rows.length, columns: all.length - columns.length },
  }
}

/** The columns as groups that stand beside each other. */
export function listGroups(
  columns: readonly ArrangedColumn[],
): readonly { label: string; start: number; length: number }[] {
  const starts = columns.flatMap(({ isFirst }, i) => (isFirst ? [i] : []))
  return starts.map((start, i) => ({
    label: columns[start]?.group ?? '',
    start,
    length: (starts[i + 1] ?? columns.length) - start,
  }))
}
