/** A registry of many templates, as a team has that keeps an inventory: a few that all refer to, and many with few objects each. */

const areas = [
  ...['network', 'storage', 'compute', 'cluster', 'database', 'build', 'release', 'test', 'deploy', 'backup'],
  ...['monitor', 'alert', 'access', 'secret', 'billing', 'license', 'support', 'audit', 'mail', 'domain'],
  ...['proxy', 'queue', 'cache', 'search', 'report'],
]
const kinds = [
  ...['device', 'host', 'pool', 'policy', 'profile', 'group', 'member', 'run', 'job', 'check'],
  ...['rule', 'zone', 'plan', 'agent', 'image', 'package', 'config', 'event', 'request', 'record'],
]
/** What all others refer to. */
const hubs = ['site', 'team', 'vendor', 'product', 'environment']
const states = ['planned', 'staged', 'active', 'degraded', 'retired']

/** So many objects more has each twentieth template than the others. */
const large = 100

export interface Fleet {
  /** The templates' files. */
  readonly files: Readonly<Record<string, string>>
  /** The root fields that write them, with their inputs: first what others refer to. */
  readonly writes: readonly { readonly field: string; readonly type: string; readonly input: readonly unknown[] }[]
}

/** Templates of ten fields, with references, enums and lists, and that many objects in all. */
export function makeFleet(templates: number, objects: number): Fleet {
  const names = [...hubs, ...areas.flatMap((area) => kinds.map((kind) => `${area}_${kind}`))].slice(0, templates)
  const largeOnes = Math.ceil(templates / 20)
  const small = Math.max(1, Math.floor((objects - largeOnes * large) / templates))
  return {
    files: Object.fromEntries(names.map((name, i) => [`${name}.yaml`, printTemplate(name, i, names)])),
    writes: names.map((name, i) => ({
      field: `upsert${typeNameOf(name)}List`,
      type: typeNameOf(name),
      input: Array.from({ length: small + (i % 20 === 0 ? large : 0) }, (_, j) => makeObject(name, i, j, names, small)),
    })),
  }
}

function printTemplate(name: string, i: number, names: readonly string[]): string {
  const label = name.replaceAll('_', ' ')
  const references = referencesOf(i, names).map(
    ([field, to]) => `  ${field}: { type: reference, to: ${to}, reverse: ${name}_${field}_side, onDelete: restrict }`,
  )
  const others = [
    '{ type: enum, values: [debian, ubuntu, alma, alpine] }',
    '{ type: version, description: What is installed }',
    '{ type: string, description: Who answers for it }',
    '{ type: int, minimum: 0 }',
    '{ type: datetime, indexed: true }',
    '{ type: float }',
  ]
  return `name: ${name}
plural: ${name}_list
description: Every ${label} of the fleet
key: [name]
fields:
  name: { type: string, description: Name of the ${label} }
  state: { type: enum, values: [${states.join(', ')}], default: planned }
  tags: [string]
  enabled: boolean
${references.join('\n')}
${others
  .slice(0, 6 - references.length)
  .map((field, j) => `  ${fieldNames[j]}: ${field}`)
  .join('\n')}
`
}

const fieldNames = ['distribution', 'version', 'owner', 'size', 'checked_at', 'load']

/** To one or two that all refer to, and to one of the same area. */
function referencesOf(i: number, names: readonly string[]): readonly (readonly [field: string, to: string])[] {
  if (i < hubs.length) return []
  const hub = hubs[i % hubs.length] ?? ''
  const area = hubs.length + kinds.length * Math.floor((i - hubs.length) / kinds.length)
  const neighbour = names[area] ?? hub
  return i === area
    ? [[hub, hub]]
    : [
        [hub, hub],
        ['belongs_to', neighbour],
      ]
}

function makeObject(name: string, i: number, j: number, names: readonly string[], small: number): unknown {
  const object: Record<string, unknown> = {
    name: objectName(name, j),
    state: states[(i + j) % states.length],
    tags: [`rack-${j % 7}`, `wave-${(i + j) % 5}`],
    enabled: j % 3 > 0,
  }
  const values = [
    ['debian', 'ubuntu', 'alma', 'alpine'][j % 4],
    `${5 + (i % 3)}.${j % 20}.0-${i}`,
    `person-${(i * 7 + j) % 40}`,
    j * 3,
    new Date(Date.UTC(2026, 0, 1 + (j % 300), i % 24)).toISOString(),
    (i + j) / 8,
  ]
  const references = referencesOf(i, names)
  for (const [field, to] of references) object[field] = objectName(to, j % small)
  for (const [k, value] of values.slice(0, 6 - references.length).entries()) object[fieldNames[k] ?? ''] = value
  return object
}

function objectName(template: string, j: number): string {
  return `${template.replaceAll('_', '-')}-${String(j).padStart(4, '0')}`
}

function typeNameOf(name: string): string {
  return name.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())
}
