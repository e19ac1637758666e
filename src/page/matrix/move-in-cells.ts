/** A cell by its place among those shown. */
export interface CellPlace {
  readonly row: number
  readonly column: number
}

/** Where a key leads from a cell; undefined for a key that moves nothing. */
export function moveInCells(
  { key, ctrlKey, metaKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>,
  { row, column }: CellPlace,
  size: { readonly rows: number; readonly columns: number; readonly page: number },
): CellPlace | undefined {
  const isFar = ctrlKey || metaKey
  const last = { row: size.rows - 1, column: size.columns - 1 }
  const moved = (() => {
    switch (key) {
      case 'ArrowUp':
        return { row: isFar ? 0 : row - 1, column }
      case 'ArrowDown':
        return { row: isFar ? last.row : row + 1, column }
      case 'ArrowLeft':
        return { row, column: isFar ? 0 : column - 1 }
      case 'ArrowRight':
        return { row, column: isFar ? last.column : column + 1 }
      case 'Home':
        return { row: isFar ? 0 : row, column: 0 }
      case 'End':
        return { row: isFar ? last.row : row, column: last.column }
      case 'PageUp':
        return { row: row - size.page, column }
      case 'PageDown':
        return { row: row + size.page, column }
      default:
        return undefined
    }
  })()
  if (!moved) return undefined
  const within = (value: number, most: number) => Math.max(0, Math.min(most, value))
  return { row: within(moved.row, last.row), column: within(moved.column, last.column) }
}
