const types = [
  'string',
  'string!',
  'int',
  'bigint',
  'float',
  'boolean',
  'datetime',
  'date',
  'uuid',
  'version',
  'json',
  '[string]',
  '[int]',
  '{ type: enum, values: [draft, active, gone] }',
  '{ type: object, fields: { width: int, unit: string } }',
  '{ type: string, indexed: true, description: An indexed text }',
  '{ type: string, unique: true }',
]

/** Templates with that many fields each, of all types; each but the first refers to two others. */
export function manyTemplates(count: number, fields: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const to = (n: number) => `kind_${Math.floor(i / n)}`
    const references =
      i === 0
        ? []
        : [
            `parent: { type: reference, to: ${to(2)}, reverse: children${i} }`,
            `friend: { type: reference, to: ${to(3)}, reverse: friends${i} }`,
          ]
    const others = Array.from(
      { length: fields - 1 - references.length },
      (__, j) => `f${j}: ${types[(i + j) % types.length]}`,
    )
    return `name: kind_${i}\ndescription: Kind ${i}\nkey: [name]\nfields:\n${['name: string', ...references, ...others].map((line) => `  ${line}`).join('\n')}\n`
  })
}
