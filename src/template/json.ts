/** A JSON value as it is stored. Objects may have any own attribute, including `__proto__`. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}
