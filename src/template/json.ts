/** A JSON value as it is stored. Objects may have any own attribute, `__proto__` included. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}
