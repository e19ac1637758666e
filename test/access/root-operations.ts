import type { Verb } from '../../src/plan/rights.ts'

/** Of an image that is there. */
export const goneUuid = '00000000-0000-4000-8000-000000000003'

/** `read role`, or `admin`: each is needed. `pass`: the field passes over what may not be read. */
export type Need = `${Verb} ${'image' | 'role'}` | 'admin' | 'pass'

/** Operations of a root field, with what each needs. A new root field needs an entry here, and a decision. */
export const operations: Readonly<Record<string, readonly (readonly [needs: readonly Need[], operation: string])[]>> = {
  image: [
    [['read image'], '{ image(name: "i") { __typename } }'],
    [['read image', 'read role'], '{ image(name: "i") { roles { __typename } } }'],
  ],
  images: [
    [['read image'], '{ images { totalCount } }'],
    [['read image', 'read role'], '{ images(where: { roles: { some: {} } }) { __typename } }'],
    [['read image', 'read role'], '{ images(where: { roles: { none: {} } }) { __typename } }'],
    [['read image', 'read role'], '{ images(where: { roles: { every: {} } }) { __typename } }'],
    [['read image', 'read role'], '{ images(where: { roles: { count: { gt: 0 } } }) { __typename } }'],
    [['read image', 'read role'], '{ images(where: { roles: { latest: { is: {} } } }) { __typename } }'],
    [['read image', 'read role'], '{ images(where: { NOT: [{ OR: [{ roles: { some: {} } }] }] }) { __typename } }'],
    [['read image', 'read role'], '{ images(orderBy: [{ roles: { count: asc } }]) { __typename } }'],
    [['read image', 'read role'], '{ images { nodes { roles { totalCount } } } }'],
    [['read image', 'read role'], '{ images { edges { node { roles { nodes { name } } } } } }'],
    [['read image', 'read role'], '{ images { aggregate { count(where: { roles: { some: {} } }) } } }'],
    [['read image', 'read role'], '{ images { aggregate { rate(where: { roles: { some: {} } }) } } }'],
    [
      ['read image', 'read role'],
      '{ images { groupBy(by: [distr], having: { matching: { where: { roles: { some: {} } }, count: { gt: 0 } } }) { count } } }',
    ],
    [['read image', 'read role'], '{ images { groupBy(by: [distr]) { latest { roles { __typename } } } } }'],
    [['read image', 'read role'], '{ images { groupBy(by: [distr]) { nodes { roles { __typename } } } } }'],
  ],
  role: [
    [['read role'], '{ role(name: "r", image: "i") { _document } }'],
    [['read role', 'read image'], '{ role(name: "r", image: "i") { image { __typename } } }'],
  ],
  roles: [
    // The key of what a role refers to is the role's own value.
    [['read role'], '{ roles(image: "i", latestPer: [image]) { nodes { _document } } }'],
    [['read role', 'read image'], '{ roles { nodes { image { name } } } }'],
    [['read role', 'read image'], '{ roles(where: { image: { distr: { equals: "a" } } }) { __typename } }'],
    [['read role', 'read image'], '{ roles(where: { image: {} }) { __typename } }'],
    [['read role', 'read image'], '{ roles(where: { image: { isNull: true } }) { __typename } }'],
    [
      ['read role', 'read image'],
      '{ roles(latestPer: [name], whereLatest: { image: { isNull: false } }) { __typename } }',
    ],
    [['read role', 'read image'], '{ roles(orderBy: [{ image: { distr: asc } }]) { __typename } }'],
    [['read role', 'read image'], '{ roles { groupBy(by: [image]) { count } } }'],
    [['read role', 'read image'], '{ roles { groupBy(by: [], paths: [["image", "distr"]]) { count } } }'],
    [['read role', 'read image'], '{ roles { groupBy(by: [name]) { key { image { name } } } } }'],
  ],
  roleMatrix: [
    [['read role', 'read image'], '{ roleMatrix(rows: name, columns: image) { __typename } }'],
    [['read role', 'read image'], '{ roleMatrix(rows: name, columns: image, rowIn: ["r"]) { counts { passed } } }'],
  ],
  awaitRoles: [
    [['read role'], '{ awaitRoles(timeout: 0) { holds } }'],
    [['read role', 'read image'], '{ awaitRoles(where: { image: { name: { equals: "i" } } }, timeout: 0) { count } }'],
  ],
  awaitImages: [
    [['read image'], '{ awaitImages(timeout: 0) { count } }'],
    [['read image', 'read role'], '{ awaitImages(where: { roles: { some: {} } }, timeout: 0) { holds } }'],
  ],
  awaitRoleMatrix: [
    [['read role', 'read image'], '{ awaitRoleMatrix(rows: name, columns: image, timeout: 0) { __typename }  }'],
  ],
  imageHistory: [
    [['read image'], '{ imageHistory(name: "i") { nodes { actor } } }'],
    [['read image'], '{ images { nodes { _history { nodes { document changes { field } } totalCount } } } }'],
  ],
  imagesDiff: [
    [['read image'], '{ imagesDiff(from: "now-1d") { totalCount } }'],
    [
      ['read image', 'read role'],
      '{ imagesDiff(from: "now-2d", to: "now-1d", where: { roles: { some: {} } }) { totalCount } }',
    ],
  ],
  // The keys of what a role referred to are the role's own values.
  roleHistory: [[['read role'], '{ roleHistory(name: "r", image: "i") { nodes { document changes { before } } } }']],
  rolesDiff: [
    [['read role'], '{ rolesDiff(from: "now-1d") { nodes { before after key changes { after } } } }'],
    [
      ['read role', 'read image'],
      '{ rolesDiff(from: "now-1d", where: { image: { distr: { equals: "a" } } }) { totalCount } }',
    ],
  ],
  templates: [[['pass'], '{ templates { name count } }']],
  object: [
    [['pass'], '{ object(uuid: "00000000-0000-0000-0000-000000000000") { __typename } }'],
    [['pass'], '{ object(uuid: "00000000-0000-0000-0000-000000000000") { ... on Role { name } } }'],
  ],
  node: [[['pass'], '{ node(id: "00000000-0000-0000-0000-000000000000") { id } }']],
  search: [
    [['pass'], '{ search(text: "r") { nodes { field } } }'],
    [['read role'], '{ search(text: "r", templates: ["role"]) { nodes { field } } }'],
    [
      ['read role', 'read image'],
      '{ search(text: "r", templates: ["role"]) { nodes { object { ... on Role { image { name } } } } } }',
    ],
  ],
  changes: [
    [['pass'], '{ changes { nodes { document changes { before } } } }'],
    [['read role'], '{ changes(templates: ["role"]) { caughtUp } }'],
  ],
  cursor: [[[], '{ cursor }']],
  templatePlan: [
    [
      ['admin'],
      '{ templatePlan(files: [{ name: "a.yaml", text: "name: a\\nkey: [n]\\nfields: { n: int }" }]) { digest } }',
    ],
  ],
  upsertImage: [
    [['write image'], 'mutation { upsertImage(input: { name: "x" }, dryRun: true) { outcome } }'],
    [['write image', 'read image'], 'mutation { upsertImage(input: { name: "x" }, dryRun: true) { image { name } } }'],
    [
      ['write image', 'read image'],
      'mutation { upsertImage(input: { name: "x" }, dryRun: true) { image { __typename } } }',
    ],
    [
      ['write image', 'import image'],
      'mutation { upsertImage(input: { name: "x", _meta: { createdBy: "a" } }, dryRun: true) { outcome } }',
    ],
    [
      ['write image', 'read image', 'read role'],
      'mutation { upsertImage(input: { name: "x" }, dryRun: true) { image { roles { totalCount } } } }',
    ],
  ],
  upsertImages: [
    [['write image'], 'mutation { upsertImages(input: [{ name: "x" }], dryRun: true) { failed } }'],
    [
      ['write image', 'read image'],
      'mutation { upsertImages(input: [{ name: "x" }], dryRun: true) { results { image { name } } } }',
    ],
  ],
  deleteImage: [[['delete image', 'read image'], 'mutation { deleteImage(name: "none") { name } }']],
  deleteImages: [[['delete image', 'read image'], 'mutation { deleteImages(where: { name: { equals: "none" } }) }']],
  upsertRole: [
    [
      ['write role', 'read image'],
      'mutation { upsertRole(input: { name: "r", image: "i" }, dryRun: true) { outcome } }',
    ],
  ],
  upsertRoles: [
    [
      ['write role', 'read image'],
      'mutation { upsertRoles(input: [{ name: "r", image: "i" }], dryRun: true) { failed } }',
    ],
  ],
  deleteRole: [[['delete role', 'read role'], 'mutation { deleteRole(name: "none", image: "i") { name } }']],
  deleteRoles: [
    [['delete role', 'read role'], 'mutation { deleteRoles(where: { name: { equals: "none" } }) }'],
    [
      ['delete role', 'read role', 'read image'],
      'mutation { deleteRoles(where: { image: { distr: { equals: "none" } } }) }',
    ],
  ],
  restoreImage: [
    [['write image', 'read image'], 'mutation { restoreImage(name: "i", version: 1, dryRun: true) { outcome } }'],
  ],
  restoreRole: [
    [
      ['write role', 'read role', 'read image'],
      'mutation { restoreRole(name: "r", image: "i", version: 1, dryRun: true) { outcome } }',
    ],
  ],
  viewer: [[[], '{ viewer { actor roles can { template read write delete } } }']],
  tokens: [[['admin'], '{ tokens { name } }']],
  administrationLog: [[['admin'], '{ administrationLog { __typename } }']],
  webhooks: [[['admin'], '{ webhooks { name waiting } }']],
  pauseWebhook: [[['admin'], 'mutation { pauseWebhook(name: "none") }']],
  resumeWebhook: [[['admin'], 'mutation { resumeWebhook(name: "none") }']],
  resendWebhook: [[['admin'], 'mutation { resendWebhook(name: "none", from: "now-1d") }']],
  createToken: [[['admin'], 'mutation { createToken(name: "someone") { name } }']],
  revokeToken: [[['admin'], 'mutation { revokeToken(name: "someone") }']],
  retention: [[['delete role', 'read role'], '{ retention(template: "role", days: 30) { objects } }']],
  exportHistory: [[['read role'], '{ exportHistory(template: "role") { endCursor } }']],
  importHistory: [
    [
      ['import image', 'write image', 'read image'],
      'mutation { importHistory(dryRun: true, objects: [{ template: "image", key: ["z"], versions: [{ outcome: "DELETED", version: 2, time: "2026-01-01", uuid: "00000000-0000-4000-8000-000000000001" }] }]) { objects } }',
    ],
    [
      ['import role', 'write role', 'read role', 'read image'],
      'mutation { importHistory(dryRun: true, objects: [{ template: "role", key: ["z", ["i"]], versions: [{ outcome: "CREATED", version: 1, time: "2026-01-01", uuid: "00000000-0000-4000-8000-000000000002", document: { name: "z", image: "i" } }] }]) { objects } }',
    ],
    [
      ['import image', 'write image', 'read image', 'delete image'],
      `mutation { importHistory(dryRun: true, objects: [{ template: "image", key: ["gone"], after: 1, versions: [{ outcome: "DELETED", version: 2, time: "2026-01-01", uuid: "${goneUuid}" }] }]) { objects } }`,
    ],
    // Who may not import learns nothing of what would be wrong.
    [
      ['import role', 'write role', 'read role'],
      'mutation { importHistory(objects: [{ template: "role", key: [], versions: [1] }]) { objects } }',
    ],
  ],
  purgeImage: [[['admin'], 'mutation { purgeImage(name: "none", reason: "r") }']],
  purgeRole: [[['admin'], 'mutation { purgeRole(name: "none", image: "i", reason: "r") }']],
  purgeTemplate: [[['admin'], 'mutation { purgeTemplate(name: "none") }']],
  imagesChanged: [
    [['read image'], 'subscription ($after: String) { imagesChanged(after: $after) { kind } }'],
    [
      ['read image', 'read role'],
      'subscription ($after: String) { imagesChanged(after: $after) { image { roles { totalCount } } } }',
    ],
  ],
  rolesChanged: [
    [['read role'], 'subscription ($after: String) { rolesChanged(after: $after) { kind before } }'],
    [
      ['read role', 'read image'],
      'subscription ($after: String) { rolesChanged(after: $after) { role { image { name } } } }',
    ],
    [
      ['read role', 'read image'],
      'subscription ($after: String) { rolesChanged(after: $after, where: { image: { name: { equals: "i" } } }) { kind } }',
    ],
  ],
}
