/**
 * A place in the log of a PostgreSQL. The digits are those of its LSN, 16 of them, so that later positions are greater texts. Positions
 * with different marks cannot be compared: a failover or a restore lies between them.
 */
export interface Position {
  /** Of the timeline. */
  readonly mark: string
  readonly digits: string
}

/** What is answered where no position could be found out: whoever brings it is answered by the primary. */
export const unknownPosition = 'unknown'

/** How many positions a request may bring. Our own client sends more than one only after a failover. */
const mostPositions = 20

/** As callers get it and bring it back: `9f3a61c07b2e-00000000016b3748`. */
export function printPosition({ mark, digits }: Position): string {
  return `${mark}-${digits}`
}

/** The positions of a header, separated by commas; undefined if one of them is none of ours. */
export function parsePositions(text: string): readonly Position[] | undefined {
  const parts = text.split(',').slice(0, mostPositions + 1)
  if (parts.length > mostPositions) return undefined
  const positions = parts.map((part): Position | undefined => {
    const [, mark, digits] = /^\s*([0-9a-f]{12})-([0-9a-f]{16})\s*$/.exec(part) ?? []
    return mark !== undefined && digits !== undefined ? { mark, digits } : undefined
  })
  return positions.every((position) => position !== undefined) ? positions : undefined
}

/** The digits of PostgreSQL's `1A/16B3748`. */
export function digitsOf(lsn: string): string {
  const [high = '', low = ''] = lsn.toLowerCase().split('/')
  return `${high.padStart(8, '0')}${low.padStart(8, '0')}`
}

/** The headers that begin a page of the log, and a file. */
const pageHeader = { bytes: 0x18, of: 0x2000 }
const fileHeader = { bytes: 0x28, of: 0x100000 }

/**
 * The digits of where the next record of the log will begin. Where that is behind the header of a page, the last record ends before the
 * header, and a standby that has replayed it says so: no record ends in between.
 */
export function digitsOfNext(lsn: string): string {
  const [high = '', low = ''] = lsn.split('/')
  const place = Number.parseInt(low, 16)
  const header = [pageHeader, fileHeader].find(({ bytes, of }) => place % of === bytes)
  return digitsOf(header ? `${high}/${(place - header.bytes).toString(16)}` : lsn)
}
