import { ConfigError } from '../errors.ts'

/** What shows which product a database is. */
export interface ProductSigns {
  /** Its own name and version: `PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, …`. */
  readonly product: string
  readonly has_citus: boolean
  /** The table in which Aurora DSQL keeps who may connect. */
  readonly has_dsql_table: boolean
}

/** The products that speak as PostgreSQL does, and lack what the registry is built upon. */
const products: readonly {
  readonly name: string
  /** Of the hosts that its provider gives. */
  readonly host?: RegExp
  readonly shows: (signs: ProductSigns) => boolean
  readonly reason: string
}[] = [
  {
    name: 'an Aurora DSQL',
    host: /\.dsql(-[a-z0-9]+)?\.[a-z0-9-]+\.on\.aws$/i,
    shows: (signs) => signs.has_dsql_table,
    reason:
      'it has no partitioned tables, no sequences and no triggers. Use another PostgreSQL, such as Aurora PostgreSQL or RDS',
  },
  {
    name: 'a database with the extension Citus',
    shows: (signs) => signs.has_citus,
    reason:
      'Citus routes all upserts of the registry through its coordinator, so that its other nodes carry nothing. Use a database without the extension',
  },
  {
    name: 'a CockroachDB',
    shows: ({ product }) => /^CockroachDB/i.test(product),
    reason: 'it has no partitions as PostgreSQL has them, and its advisory locks lock nothing. Use a PostgreSQL',
  },
]

/** Throws `ConfigError` if a host of this URL has the name of a product that the registry cannot use. */
export function refuseHosts(databaseUrl: string, name: string): void {
  const authority = /^[^:]*:\/\/(?:[^@/?#]*@)?([^/?#]*)/.exec(databaseUrl)?.[1] ?? ''
  const hosts = authority.split(',').map((host) => host.replace(/:\d*$/, ''))
  const product = products.find((one) => hosts.some((host) => one.host?.test(host)))
  if (product) refuse(name, product)
}

/**
 * Throws `ConfigError` if these are the signs of a product that the registry cannot use, with the reason. `name` is how the operator knows
 * the database: `DATABASE_URL (host:5432/registry)`.
 */
export function refuseProduct(signs: ProductSigns, name: string): void {
  const product = products.find((one) => one.shows(signs))
  if (product) refuse(name, product)
}

function refuse(name: string, product: (typeof products)[number]): never {
  throw new ConfigError(
    `${name} is ${product.name}, which the registry cannot use: ${product.reason}. docs/scale.md says what a database must have.`,
  )
}
