/**
 * The lines of a text. The line counter of `yaml` counts some line ends twice after a syntax error,
 * and then reports places several lines too far down.
 */
export interface Lines {
  /** Line and column, both from 1, of an offset. */
  readonly placeAt: (offset: number) => { readonly line: number; readonly column: number }
}

export function createLines(text: string): Lines {
  const starts = [0]
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1)
  return {
    placeAt(offset) {
      const within = Math.max(0, Math.min(offset, text.length))
      let low = 0
      let high = starts.length
      while (high - low > 1) {
        const middle = (low + high) >> 1
        if ((starts[middle] ?? 0) <= within) low = middle
        else high = middle
      }
      return { line: low + 1, column: within - (starts[low] ?? 0) + 1 }
    },
  }
}
