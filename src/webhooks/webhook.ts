import type { FeedChange } from '../store/feed/feed.ts'

/** A file of `WEBHOOKS_DIR`, validated: whom to tell of which changes. */
export interface Webhook {
  readonly name: string
  readonly url: string
  readonly secret: SecretPlace
  /** The name of the template. */
  readonly template: string
  /** Of which objects; undefined: of all. */
  readonly where: Readonly<Record<string, unknown>> | undefined
  readonly on: readonly FeedChange['outcome'][]
  /** Fields of which an update must have changed one; undefined: any. */
  readonly fields: readonly string[] | undefined
}

/** Where the secret is: it stands in no file of webhooks. */
export type SecretPlace =
  | { readonly kind: 'env'; readonly name: string }
  /** As it was written: a path from the file of the webhook. */
  | { readonly kind: 'file'; readonly path: string }
