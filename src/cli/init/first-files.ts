/** A file that `registry init` writes. */
export interface FirstFile {
  readonly name: string
  readonly text: string
  /** Only the owner may read it. */
  readonly isSecret?: true
}

export const firstTemplate: FirstFile = {
  name: 'image.yaml',
  text: `# Each file of this folder is a template: it describes one kind of object.
name: image
description: Object image VM
# The fields that together identify an object. They are required and never change.
key: [name]
fields:
  name:    { type: string,  description: Name image }
  distr:   { type: string,  description: Distribution kit }
  version: { type: version, description: Version distr }
  lts:     { type: boolean, description: Long term support }
  tags:    [string]
`,
}

export const settings: FirstFile = {
  name: '.env',
  isSecret: true,
  text: `# The settings of \`registry serve\` in this folder. A variable of the environment wins over its line here.

# Only this machine can connect. The command line and other clients find the server at http://127.0.0.1:4000/graphql;
# for another port, they need REGISTRY_URL.
HOST=127.0.0.1
PORT=4000

# Without this line, the registry runs a PostgreSQL of its own, whose data are in .registry.
# DATABASE_URL=postgresql://user:password@127.0.0.1:5432/registry
`,
}

export const ignored: FirstFile = { name: '.gitignore', text: '.env\n.registry/\n' }

/** The first object, for the line on what next. */
export const firstWrite = 'registry image set name=ubuntu_20.04_v0.image distr=ubuntu version=20.04 lts=true'
