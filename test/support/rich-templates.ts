/** Templates with every field type, every kind of reference, an index and a unique field. */
export const richTemplates = [
  `
name: place
key: [zone, rack]
fields:
  zone: { type: string, minLength: 0 }
  rack: int
  label: string
`,
  `
name: slot
key: [place, number]
fields:
  place: { type: reference, to: place }
  number: int
  open: boolean
`,
  `
name: item
key: [name]
fields:
  name: string
  text: string
  code: { type: string, indexed: true }
  serial: { type: string, unique: true }
  count: { type: int, indexed: true }
  big: bigint
  ratio: { type: float, indexed: true }
  flag: boolean
  moment: { type: datetime, indexed: true }
  day: date
  token: uuid
  took: { type: duration, indexed: true }
  wait: duration
  release: { type: version, indexed: true }
  build: version
  state: { type: enum, values: [draft, active, Gone] }
  stage: { type: enum, values: [z, a, m], indexed: true }
  extra: json
  size: { type: object, fields: { width: int, unit: string } }
  spec:
    type: object
    fields:
      cpu: int
      model: string
      build: version
      arch: { type: enum, values: [amd64, arm64] }
      labels: [string]
      since: datetime
      timeout: duration
      disk: { type: object, fields: { kind: string, sizes: [bigint] } }
      more: json
  disks:
    type: [object]
    fields:
      kind: string
      size: int
      parts: { type: [object], fields: { label: string, used: boolean } }
  tags: [string]
  numbers: [int]
  stages: { type: [enum], values: [z, a, m] }
  moments: [datetime]
  waits: [duration]
  notes: [json]
  place: { type: reference, to: place }
  slot: { type: reference, to: slot }
  parent: { type: reference, to: item, reverse: children }
  wish: { type: reference, to: place, onMissing: allow, reverse: wishes }
  peers: { type: [reference], to: item, reverse: peerOf }
  routes: { type: [reference], to: place, onMissing: allow, reverse: routedBy }
`,
  `
name: check
key: [item, name]
fields:
  item: { type: reference, to: item }
  name: { type: string, minLength: 0 }
  passed: boolean
  note: { type: string, indexed: true }
`,
] as const
