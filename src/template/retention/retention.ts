/** How much of what objects were is kept. */
export type KeptPast =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'days'; readonly days: number }
  /** So many versions of each object, the present one included. */
  | { readonly kind: 'versions'; readonly count: number }

/** Which objects stay, by how late they are; all others are deleted. */
export type Retain =
  | { readonly kind: 'days'; readonly days: number }
  /** So many of each group of objects with equal values of these fields, given by their names. */
  | { readonly kind: 'last'; readonly count: number; readonly per: readonly string[] }

/** What a template says if it says nothing of it. */
export const keepsAll: KeptPast = { kind: 'all' }
