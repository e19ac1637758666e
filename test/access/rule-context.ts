import { parseRoles } from '../../src/access/parse-roles.ts'
import { defaultLimits } from '../../src/limits.ts'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { parseTexts } from '../support/registry.ts'

const model = parseTexts([
  `
name: role
key: [name, image]
fields:
  name: string
  image: { type: reference, to: image }
  count: int
  big: bigint
  at: datetime
  level: { type: enum, values: [low, high] }
  tags: [string]
  data: json
  status: boolean
  ratio: float
  day: date
  lasts: duration
  id: uuid`,
  'name: image\nkey: [name]\nfields: { name: string, distr: string, console-ports: string }',
  'name: vm_host\nkey: [name]\nfields: { name: string }',
])

/** What roles are parsed with in tests. */
export const ruleContext = { model, schema: buildSchema(model), limits: defaultLimits }

/** Parses files of roles, each named `role0.yaml`, `role1.yaml` and so on. */
export function parseTestRoles(...texts: readonly string[]) {
  return parseRoles(
    texts.map((text, i) => ({ file: `role${i}.yaml`, text })),
    ruleContext,
  )
}
