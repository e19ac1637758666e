/** A template with everything that filters can look into: lists, objects, lists of objects, json, references to several. */
export const machineTemplate = `
name: machine
key: [name]
fields:
  name: string
  label: string
  serial: { type: string, unique: true }
  build: version
  tags: [string]
  numbers: [int]
  stages: { type: [enum], values: [z, a, m] }
  notes: [json]
  extra: json
  spec:
    type: object
    fields:
      cpu: int
      model: string
      arch: { type: enum, values: [amd64, arm64] }
      disk: { type: object, fields: { kind: string, sizes: [bigint] } }
  disks:
    type: [object]
    fields:
      kind: string
      size: int
      parts: { type: [object], fields: { label: string, used: boolean } }
  peers: { type: [reference], to: machine, reverse: peerOf }
`
