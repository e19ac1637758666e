import { isTooMuch } from '../errors.ts'

/** How many changes are read at a time. */
export const pageSize = 100

/** How many are read at a time now: fewer after some that were too large together. */
export interface Page {
  size: number
}

/** Reads as many of the first items as are not too large together; `failure` tells of one that is too large alone. */
export async function readFirst<Item, Found>(
  items: readonly Item[],
  page: Page,
  read: (items: readonly Item[]) => Promise<Found>,
): Promise<{ readonly own: readonly Item[]; readonly found?: Found; readonly failure?: Error }> {
  for (;;) {
    const own = items.slice(0, page.size)
    try {
      const found = await read(own)
      page.size = Math.min(2 * page.size, pageSize)
      return { own, found }
    } catch (error) {
      if (!isTooMuch(error)) throw error
      if (own.length === 1) return { own, failure: error as Error }
      page.size = Math.ceil(own.length / 2)
    }
  }
}
