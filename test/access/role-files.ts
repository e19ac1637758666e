export const github = 'https://token.actions.githubusercontent.com'

const withWho = (who: string) => `name: a\nwho:\n  - ${who}\nmay: [{ read: role }]`
const withMay = (may: string, who = 'token: a') => `name: a\nwho: [{ ${who} }]\nmay:\n  - ${may}`
export const withWhere = (where: string, template = 'role', who?: string) =>
  withMay(`read: ${template}\n    where: ${where}`, who)
const withOidc = (rest: string) => withWho(`oidc: ${github}\n    ${rest}`)
const withLimits = (limits: string) => `${withMay('write: role')}\nlimits: ${limits}`

/** Files that are wrong. Several texts are several files. */
export const wrongFiles: readonly (string | readonly string[])[] = [
  // The whole.
  '',
  'a',
  '[]',
  'name: [',
  '{}',
  'nam: a\nwho: [anyone]\nmay: [{ read: role }]',
  'name: a b\nwho: [anyone]\nmay: [{ read: role }]',
  'name: -a\nwho: [anyone]\nmay: [{ read: role }]',
  'name:\nwho: [anyone]\nmay: [{ read: role }]',
  'name: [a]\nwho: [anyone]\nmay: [{ read: role }]',
  `name: ${'a'.repeat(201)}\nwho: [anyone]\nmay: [{ read: role }]`,
  'name: a\nwho: [{ token: admin }, { token: registry }, { token: administrator }]\nmay: [{ read: role }]',
  'name: a\nname: b\nwho: [anyone]\nmay: [{ read: role }]',
  ['name: a\nwho: [anyone]\nmay: [{ read: role }]', 'name: a\nwho: [anyone]\nmay: [{ read: image }]'],
  ['name: a\nwho: [anyone]\nmay: [{ write: rol }]', 'name: a\nwho: [anyone]\nmay: [{ read: image }]'],
  'name: a\ncontact: {}\nwho: [anyone]\nmay: [{ read: role }]',
  'name: a\nwho: [anyone]\nmay: [{ read: role }]\ndeny: [{ write: role }]',
  // Who.
  'name: a\nwho: []\nmay: [{ read: role }]',
  'name: a\nwho: anyone\nmay: [{ read: role }]',
  'name: a\nwho:\nmay: [{ read: role }]',
  withWho('anyon'),
  withWho('jenkins'),
  withWho('anyone: true'),
  withWho('{}'),
  withWho('tokn: jenkins'),
  withWho('token: a b'),
  withWho('token: 0012'),
  withWho('token: true'),
  withWho('token:'),
  withWho(`token: a\n    oidc: ${github}`),
  withWho('token: a\n    audience: b\n    claims: { sub: c }'),
  withWho('oidc: github\n    audience: registry\n    claims: { sub: a }'),
  withWho('oidc: http://gitlab.example.org\n    audience: registry\n    claims: { sub: a }'),
  withWho('oidc: https://u:p@gitlab.example.org\n    audience: registry\n    claims: { sub: a }'),
  withWho('oidc: https://gitlab.example.org?a=b\n    audience: registry\n    claims: { sub: a }'),
  withOidc('claims: { repository_id: 12 }'),
  withOidc('audience: registry'),
  withOidc('audience: registry\n    claims: {}'),
  withOidc('audience: registry\n    claims: [repository_id]'),
  withOidc('audience: registry\n    claims: { ref: refs/heads/main }'),
  withOidc('audience: registry\n    claims: { repository: octo/registry }'),
  withOidc('audience: registry\n    claims: { repository_id: 0012 }'),
  withOidc('audience: registry\n    claims: { repository_id: 1e3 }'),
  withOidc('audience: registry\n    claims: { repository_id: 12.0 }'),
  withOidc('audience: registry\n    claims: { repository_id: [12, 13] }'),
  withOidc('audience: registry\n    claims: { repository_id: 12, ref_protected: true }'),
  withOidc('audience: registry\n    claims: { repositoryid: 12 }'),
  withWho('oidc: https://gitlab.com\n    audience: registry\n    claims: { project_path: a/b }'),
  withWho('oidc: https://gitlab.com\n    audience: registry\n    claims: { user_id: 7 }'),
  withWho('oidc: https://gitlab.example.org\n    audience: registry\n    claims: { user_id: 7 }'),
  withOidc('audience: registry\n    claims: { enterprise_id: 7 }'),
  // What.
  'name: a\nwho: [anyone]\nmay: []',
  'name: a\nwho: [anyone]\nmay: { read: role }',
  withMay('read'),
  withMay('red: role'),
  withMay('create: role'),
  withMay('{}'),
  withMay('where: { name: { equals: a } }'),
  withMay('read: role\n    write: role'),
  withMay('read: *'),
  withMay('read:'),
  withMay('read: []'),
  withMay('read: 7'),
  withMay('read: { role: true }'),
  withMay('read: [role, 7, role, "*"]'),
  withMay('read: rol'),
  withMay('read: Role'),
  withMay('read: vmHosts'),
  withMay('read: [nothing, imagee]'),
  // Conditions.
  withWhere(''),
  withWhere('{}'),
  withWhere('name'),
  withWhere('{ nam: { equals: a } }'),
  withWhere('{ name: { equal: a } }'),
  withWhere('{ name: a }'),
  withWhere('{ name: 7 }'),
  withWhere('{ name: { equals: 7 } }'),
  withWhere('{ name: { equals: null } }'),
  withWhere('{ name: {} }'),
  withWhere('{ count: { equals: "7" } }'),
  withWhere('{ count: { equals: 0012 } }'),
  withWhere('{ big: { equals: 99999999999999999999 } }'),
  withWhere('{ level: { equals: mid } }'),
  withWhere('{ status: { equals: yes } }'),
  withWhere('{ at: { gt: yesterday } }'),
  withWhere('{ tags: { includes: a } }'),
  withWhere('{ image: ubuntu }'),
  withWhere('{ image: { nam: { equals: a } } }'),
  withWhere('{ _meta: { createdby: { equals: a } } }'),
  withWhere('{ name: { matches: "(" } }'),
  withWhere('{ console-ports: { equals: a } }', 'image'),
  withWhere('{ distr: { equals: a } }', '[role, image]'),
  withWhere('{ colour: { equals: red } }', '"*"'),
  withMay('admin: "*"\n    where: { name: { equals: a } }'),
  // Placeholders.
  withWhere('{ name: { equals: "{user}" } }'),
  withWhere('{ name: { equals: "{claim.project}-x" } }'),
  withWhere('{ name: { startsWith: "{claims.project-" } }'),
  withWhere('{ name: { equals: "{ actor }" } }'),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: people write it so
  withWhere('{ name: { equals: "${actor}" } }'),
  withWhere('{ name: { equals: "{{actor}}" } }'),
  withWhere('{ name: { equals: "{claims}" } }'),
  withWhere('{ name: { matches: "^{actor}$" } }'),
  withWhere('{ data: { equals: 1, path: ["{actor}"] } }'),
  withWhere('{ name: "{actor}" }'),
  // Limits.
  withLimits(''),
  withLimits('{ object: 3 }'),
  withLimits('{ objects: 3 }'),
  withLimits('{ objects: { rol: 3 } }'),
  withLimits('{ objects: { role: -3 } }'),
  withLimits('{ objects: { role: 1e3 } }'),
  withLimits('{ bytesADay: ten }'),
  withLimits('{ bytesADay: 10 parsecs }'),
]

/** Files that are hardly meant so. */
export const doubtfulFiles: readonly string[] = [
  `name: a\nwho: [{ oidc: "${github}/", audience: registry, claims: { sub: "repo:octo/registry:ref:refs/heads/main" } }]\nmay: [{ read: role }]`,
  `name: a\nwho:\n${['https://sts.example.org/a', 'https://sts.example.org/a/', 'https://sts.example.org/b', 'https://other.example.org/b'].map((issuer) => `  - { oidc: ${issuer}, audience: registry, claims: { sub: "1" } }`).join('\n')}\nmay: [{ read: role }]`,
  'name: a\nwho: [anyone]\nmay: [{ read: role }, { write: role }, { delete: image }]',
  'name: a\nwho: [token: a, anyone]\nmay: [{ admin: "*" }]',
  withOidc(`audience: registry\n    claims: { sub: "repo:octo/registry:ref:refs/heads/main" }`),
  withOidc('audience: registry\n    claims: { repository_id: 12, colour: red }'),
  withWhere('{ name: { equals: a }, AND: [{ name: { equals: b } }] }'),
  withWhere('{ level: { in: [] } }'),
  withWhere('{ count: { gt: 5, lt: 3 } }'),
  withWhere('{ AND: [{ count: { gt: 5 } }, { count: { equals: 2 } }] }'),
  withWhere('{ name: { startsWith: a, equals: b } }'),
  withWhere('{ name: { endsWith: a, in: [b, c] } }'),
  withWhere('{ AND: [{ name: { startsWith: ntp- } }, { name: { startsWith: dns- } }] }'),
  withWhere('{ name: { startsWith: "" } }'),
  withWhere('{ distr: { equals: debian } }', '"*"'),
  withWhere('{ name: { startsWith: "{claims.project_path}-" } }'),
  withWhere('{ name: { startsWith: "{claims.project_path}-" } }').replace('{ token: a }', 'anyone'),
  `name: a\nwho: [anyone]\nmay:\n  - { write: role }\n  - { delete: [role, image], where: { _meta: { createdBy: { equals: "{actor}" } } } }`,
  withWhere(
    '{ name: { startsWith: "{claims.project}-" } }',
    'role',
    'oidc: https://gitlab.com, audience: registry, claims: { namespace_id: 7 }',
  ),
  ...[
    'count: { equals: "{actor}" }',
    'big: { gt: "{actor}" }',
    'ratio: { in: [1, "{actor}"] }',
    'status: { equals: "{actor}" }',
    'day: { equals: "{actor}" }',
    'at: { lt: "{actor}" }',
    'lasts: { gte: "{actor}" }',
    'id: { equals: "{actor}" }',
    'level: { in: ["{actor}"] }',
    'OR: [{ name: { equals: "{actor}" } }, { _meta: { version: { equals: "{actor}" } } }]',
  ].map((where) => withWhere(`{ ${where} }`)),
  withWhere(
    '{ count: { equals: "{claims.ref}" }, big: { equals: "{actor}" } }',
    'role',
    `oidc: ${github}, audience: registry, claims: { repository_id: 12, ref: refs/heads/main } }, { token: ada`,
  ),
]

/** One that has everything. */
export const rightFile = `
name: ntp-ci
description: The pipelines of ntp
contact: ntp@example.org
who:
  - token: jenkins
  - token: 12
  - oidc: ${github}
    audience: registry
    claims: { repository_id: 1234, ref: refs/heads/main }
  - oidc: http://localhost:8080
    audience: registry
    claims: { sub: https://jenkins.example.org/job/ntp }
may:
  - read: '*'
  - write: [role, image]
    where: { name: { startsWith: 'ntp-' } }
  - delete: role
    where: { _meta: { createdBy: { equals: '{actor}' } }, name: { matches: '^a{2}$' } }
  - import: role
limits: { objects: { role: 1000 }, bytesADay: 10MB }`
