/** One of the changes whose cost is measured, as the templates' files after it. */
export interface Case {
  readonly title: string
  readonly files: Readonly<Record<string, string>>
  /** Whether the newer server refuses what the older one writes once it is done. */
  readonly endsWriters?: true
  /** Only planned, not applied. */
  readonly isPlanOnly?: true
}

const image = {
  name: 'name: string',
  arch: 'arch: { type: string, default: x86 }',
  distr: 'distr: string',
  serial: 'serial: string',
  size: 'size: string',
  state: 'state: string',
  note: 'note: string',
}
const role =
  'name: role\nkey: [name, image]\nfields:\n  name: string\n  image: { type: reference, to: image }\n  status: boolean\n'

function printImage(
  fields: Partial<typeof image> & { readonly stage?: string },
  name = 'image',
  key = '[name]',
): string {
  return `name: ${name}\nkey: ${key}\nfields:\n  ${Object.values({ ...image, ...fields }).join('\n  ')}\n`
}

/** The templates before each change. */
export const former = { 'image.yaml': printImage({}), 'role.yaml': role }

export const cases = {
  none: { title: 'no change', files: former },
  plan: {
    title: 'plan',
    isPlanOnly: true,
    files: {
      ...former,
      'image.yaml': printImage({
        distr: 'distr: { type: string, required: true, pattern: "[a-z]+" }',
        serial: 'serial: { type: string, unique: true }',
        state: 'state: { type: enum, values: [new, tested, broken] }',
      }),
    },
  },
  fill: {
    title: 'fill',
    files: { ...former, 'image.yaml': printImage({ stage: 'stage: { type: string, required: true, default: test }' }) },
  },
  rename: {
    title: 'rename',
    files: {
      'machine.yaml': `renamedFrom: image\n${printImage({ note: 'remark: { type: string, renamedFrom: note }' }, 'machine')}`,
      'role.yaml': role.replace('to: image', 'to: machine'),
    },
  },
  retype: { title: 'retype', files: { ...former, 'image.yaml': printImage({ size: 'size: int' }) } },
  rekey: {
    title: 're-key',
    endsWriters: true,
    files: { ...former, 'image.yaml': printImage({}, 'image', '[name, arch]') },
  },
} as const satisfies Readonly<Record<string, Case>>

export type CaseName = keyof typeof cases

/**
 * Fills the storage of the former templates with images, of which one in 10,000 has a size that is no number, and half as many roles
 * that refer to them.
 */
export const fillStorage = [
  `insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, outcome)
select 'image', json_build_array('image-' || i)::text, gen_random_uuid(),
  jsonb_build_object('name', 'image-' || i, 'arch', (array['x86', 'arm', 'riscv'])[1 + i % 3],
    'distr', (array['ubuntu', 'debian', 'centos', 'fedora', 'alpine'])[1 + i % 5], 'serial', 'S' || i,
    'size', case when i % 10000 = 7 then 'large' else '' || i % 5000 end,
    'state', (array['new', 'tested', 'broken'])[1 + i % 3], 'note', 'note number ' || i || ' of this image'),
  '{}', 1, timestamptz '2026-01-01T00:00:00Z' + i * interval '1 second', timestamptz '2026-01-01T00:00:00Z' + i * interval '1 second', 'CREATED'
from generate_series(0, $1::int - 1) as i`,
  `insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, outcome)
select 'role', replace(json_build_array('role-' || i % 10, json_build_array('image-' || 2 * i))::text, ', ', ','), gen_random_uuid(),
  jsonb_build_object('name', 'role-' || i % 10, 'image', 'image-' || 2 * i, 'status', i % 5 > 0),
  jsonb_build_object('image', json_build_array('image-' || 2 * i)::text), 1,
  timestamptz '2026-03-01T00:00:00Z' + i * interval '1 second', timestamptz '2026-03-01T00:00:00Z' + i * interval '1 second', 'CREATED'
from generate_series(0, $1::int / 2 - 1) as i`,
]
