/** What a change of one template does to stored objects, with the whole plan. */
interface PlanCase {
  readonly name: string
  readonly before: string
  readonly objects: readonly object[]
  /** Undefined: its file is gone. */
  readonly after: string | undefined
  /** Without what all entries of the case have in common. */
  readonly entries: readonly Readonly<Record<string, unknown>>[]
}

const host = (fields: string, more = '') => `{ name: host, key: [name], fields: { name: string, ${fields} }${more} }`
const judged = (fields: string) =>
  host(
    fields,
    ', passed: { status: { equals: true }, size: { gt: 0 } }, latestBy: ran, unique: [[ran, size]], indexes: [[size, ran]]',
  )
const consent = { needsConsent: true }
const one = { objects: 1, samples: ['["a"]'] }
const long = { objects: 1, samples: ['["a","7","2026-01-02"]'] }
const two = { objects: 2, samples: ['["a"]', '["b"]'] }
const ab = [{ name: 'a' }, { name: 'b' }]
const sized = (...values: unknown[]) => values.map((size, i) => ({ name: 'abcdef'[i], size }))

export const cases: readonly PlanCase[] = [
  {
    name: 'an optional field',
    before: host('note: string'),
    objects: ab,
    after: host('note: string, size: int'),
    entries: [{ path: 'fields.size', change: 'new field, int', effect: 'SAFE' }],
  },
  {
    name: 'a description',
    before: host('note: string'),
    objects: ab,
    after: host('note: { type: string, description: A note }'),
    entries: [{ path: 'fields.note', change: 'other settings', effect: 'SAFE' }],
  },
  {
    name: 'what a success is, which of several is the latest, and when it is stale',
    before: host('ok: boolean, day: date'),
    objects: ab,
    after: host('ok: boolean, day: date', ', passed: { ok: { equals: true } }, latestBy: day, staleAfter: 14d'),
    entries: [
      { path: 'passed', change: 'new passed', effect: 'SAFE' },
      { path: 'latestBy', change: 'latestBy: update time → day', effect: 'SAFE' },
      { path: 'staleAfter', change: 'staleAfter: never → P14D', effect: 'SAFE' },
    ],
  },
  {
    name: 'another success, and nothing of the rest',
    before: host('ok: boolean, day: date', ', passed: { ok: { equals: true } }, latestBy: day, staleAfter: 14d'),
    objects: ab,
    after: host('ok: boolean, day: date', ', passed: { NOT: { ok: { equals: false } } }'),
    entries: [
      { path: 'passed', change: 'other passed', effect: 'SAFE' },
      { path: 'latestBy', change: 'latestBy: day → update time', effect: 'SAFE' },
      { path: 'staleAfter', change: 'staleAfter: P14D → never', effect: 'SAFE' },
    ],
  },
  {
    name: 'a history and a retention that remove nothing now',
    before: host('size: string'),
    objects: ab,
    after: host('size: string', ', history: { days: 90, indexed: true }, retain: { last: 1, per: [name] }'),
    entries: [
      { path: 'history', change: 'history: all → 90 days', effect: 'SAFE' },
      { path: 'history.indexed', change: 'an index on the past', effect: 'SAFE' },
      { path: 'retain', change: 'retain: all → the last 1 per name', effect: 'SAFE' },
    ],
  },
  {
    name: 'a history and a retention that remove something, and a field of another name',
    before: host('size: int', ', history: { keep: 5 }, retain: { last: 2, per: [size] }, latestBy: size'),
    objects: [...ab, { name: 'b', size: 1 }, { name: 'c', size: 2 }],
    after: host(
      'width: { type: int, renamedFrom: size }',
      ', history: { keep: 1 }, retain: { last: 1, per: [width] }, latestBy: width',
    ),
    entries: [
      {
        path: 'fields.width',
        change: 'renamed from size',
        effect: 'RENAMES',
        objects: 2,
        samples: ['["b"]', '["c"]'],
      },
      {
        path: 'history',
        change: 'history: 5 versions → 1 versions',
        effect: 'REMOVES',
        objects: 1,
        samples: ['["b"]'],
        ...consent,
      },
      { path: 'retain', change: 'retain: the last 2 per size → the last 1 per width', effect: 'SAFE' },
    ],
  },
  {
    name: 'all of history and all objects again',
    before: host('size: string', ', history: false, retain: { days: 3 }'),
    objects: ab,
    after: host('size: string'),
    entries: [
      { path: 'history', change: 'history: none → all', effect: 'SAFE' },
      { path: 'retain', change: 'retain: 3 days → all', effect: 'SAFE' },
    ],
  },
  {
    name: 'the names of the fields that say what a success is',
    before: host(
      'ok: boolean, day: date, log: { type: object, fields: { code: int } }',
      ', passed: { OR: [{ ok: { equals: true } }, { log: { NOT: { code: { gt: 0 } } } }] }, latestBy: day',
    ),
    objects: ab,
    after: host(
      'good: { type: boolean, renamedFrom: ok }, date: { type: date, renamedFrom: day }, log: { type: object, fields: { exit: { type: int, renamedFrom: code } } }',
      ', passed: { OR: [{ good: { equals: true } }, { log: { NOT: { code: { gt: 0 } } } }] }, latestBy: day',
    ),
    entries: [
      { path: 'fields.good', change: 'renamed from ok', effect: 'RENAMES' },
      { path: 'fields.date', change: 'renamed from day', effect: 'RENAMES' },
      { path: 'fields.log.fields.exit', change: 'renamed from code', effect: 'RENAMES' },
    ],
  },
  {
    name: 'a required field with a default',
    before: host('note: string'),
    objects: ab,
    after: host('note: string, stage: { type: string, required: true, default: test }'),
    entries: [
      {
        path: 'fields.stage',
        change: 'new required field, string: older objects read as its default',
        effect: 'FILLS',
        ...two,
      },
    ],
  },
  {
    name: 'a required field with a default, without objects',
    before: host('note: string'),
    objects: [],
    after: host('note: string, stage: { type: string, required: true, default: test }'),
    entries: [
      {
        path: 'fields.stage',
        change: 'new required field, string: older objects read as its default',
        effect: 'SAFE',
      },
    ],
  },
  {
    name: 'a required field without a default',
    before: host('note: string'),
    objects: ab,
    after: host('note: string, owner: string!'),
    entries: [
      {
        path: 'fields.owner',
        change:
          'new required field, string, without a default: older objects lack it, and the schema has it nullable until none does',
        effect: 'VIOLATES',
        ...two,
        ...consent,
      },
    ],
  },
  {
    name: 'a field that becomes required',
    before: host('size: string'),
    objects: [{ name: 'a' }, { name: 'b', size: '1' }],
    after: host('size: string!'),
    entries: [
      {
        path: 'fields.size',
        change: 'required; the schema has it nullable until all objects have a value',
        effect: 'VIOLATES',
        ...one,
        ...consent,
      },
    ],
  },
  {
    name: 'a field that becomes required and that all objects have',
    before: host('size: string'),
    objects: sized('1', '2'),
    after: host('size: string!'),
    entries: [
      {
        path: 'fields.size',
        change: 'required; the schema has it nullable until all objects have a value',
        effect: 'SAFE',
      },
    ],
  },
  {
    name: 'a pattern and a range that objects break',
    before: host('size: string, count: int'),
    objects: [
      { name: 'a', size: 'x', count: 1 },
      { name: 'b', size: '1', count: 9 },
    ],
    after: host('size: { type: string, pattern: "^[0-9]+$" }, count: { type: int, maximum: 5 }'),
    entries: [
      { path: 'fields.size', change: 'new rules: pattern ^[0-9]+$', effect: 'VIOLATES', ...one, ...consent },
      {
        path: 'fields.count',
        change: 'new rules: maximum 5',
        effect: 'VIOLATES',
        objects: 1,
        samples: ['["b"]'],
        ...consent,
      },
    ],
  },
  {
    name: 'a pattern that all objects keep',
    before: host('size: string'),
    objects: sized('1', '2'),
    after: host('size: { type: string, pattern: "^[0-9]+$" }'),
    entries: [{ path: 'fields.size', change: 'new rules: pattern ^[0-9]+$', effect: 'SAFE' }],
  },
  {
    name: 'an enum member that is gone',
    before: host('size: { type: enum, values: [s, m, l] }'),
    objects: sized('l', 's'),
    after: host('size: { type: enum, values: [s, m] }'),
    entries: [{ path: 'fields.size', change: 'members gone: l', effect: 'VIOLATES', ...one, ...consent }],
  },
  {
    name: 'an enum member that is gone, with convert for another',
    before: host('size: { type: enum, values: [s, m, l] }'),
    objects: sized('l', 's'),
    after: host('size: { type: enum, values: [small], convert: { s: small } }'),
    entries: [
      { path: 'fields.size', change: 'enum → enum', effect: 'CONVERTS', ...two, ...consent },
      {
        path: 'fields.size',
        change: 'enum → enum: these values do not convert',
        effect: 'VIOLATES',
        ...one,
        ...consent,
      },
    ],
  },
  {
    name: 'an enum member that nobody has',
    before: host('size: { type: enum, values: [s, m, l] }'),
    objects: sized('m', 's'),
    after: host('size: { type: enum, values: [s, m] }'),
    entries: [{ path: 'fields.size', change: 'members gone: l', effect: 'SAFE' }],
  },
  ...(['bigint', 'float'] as const).map((type) => ({
    name: `int to ${type}`,
    before: host('size: int'),
    objects: sized(1, 2),
    after: host(`size: ${type}`),
    entries: [{ path: 'fields.size', change: `int → ${type}`, effect: 'SAFE' }],
  })),
  {
    name: 'version to string',
    before: host('size: version'),
    objects: sized('1.0'),
    after: host('size: string'),
    entries: [{ path: 'fields.size', change: 'version → string', effect: 'SAFE' }],
  },
  {
    name: 'members of wider types, with a list of objects in it',
    before: host(
      'spec: { type: object, fields: { os: version, stage: { type: enum, values: [test, prod] }, disks: { type: [object], fields: { fs: version } } } }',
    ),
    objects: [{ name: 'a', spec: { os: '1.10', stage: 'prod', disks: [{ fs: '4' }] } }],
    after: host(
      'spec: { type: object, fields: { os: string, stage: string, disks: { type: [object], fields: { fs: string } } } }',
    ),
    entries: [{ path: 'fields.spec', change: 'members of wider types', effect: 'SAFE' }],
  },
  {
    name: 'members of narrower types',
    before: host('spec: { type: object, fields: { os: string, stage: string } }'),
    objects: [{ name: 'a', spec: { os: '1.10', stage: 'prod' } }],
    after: host('spec: { type: object, fields: { os: version, stage: string } }'),
    entries: [{ path: 'fields.spec', change: 'members of other types', effect: 'CONVERTS', ...one, ...consent }],
  },
  {
    name: 'string to int, some of which do not convert',
    before: host('size: string'),
    objects: sized('5', 'large', null),
    after: host('size: int'),
    entries: [
      { path: 'fields.size', change: 'string → int', effect: 'CONVERTS', ...two, ...consent },
      {
        path: 'fields.size',
        change: 'string → int: these values do not convert',
        effect: 'VIOLATES',
        objects: 1,
        samples: ['["b"]'],
        ...consent,
      },
    ],
  },
  {
    name: 'string to int, without values',
    before: host('size: string'),
    objects: ab,
    after: host('size: int'),
    entries: [{ path: 'fields.size', change: 'string → int', effect: 'SAFE' }],
  },
  {
    name: 'one value to a list, boolean to enum, string to a reference',
    before: host('size: string, ok: boolean, image: string'),
    objects: [{ name: 'a', size: 'x', ok: true, image: 'u' }],
    after: host(
      'size: [string], ok: { type: enum, values: [passed, failed], convert: { true: passed, false: failed } }, image: { type: reference, to: image }',
    ),
    entries: [
      { path: 'fields.size', change: 'string → [string]', effect: 'CONVERTS', ...one, ...consent },
      { path: 'fields.ok', change: 'boolean → enum', effect: 'CONVERTS', ...one, ...consent },
      { path: 'fields.image', change: 'string → reference to image', effect: 'CONVERTS', ...one, ...consent },
    ],
  },
  {
    name: 'a list of references to one reference',
    before: host('images: { type: [reference], to: image }'),
    objects: [{ name: 'a', images: ['u'] }],
    after: host('images: { type: reference, to: image }'),
    entries: [
      {
        path: 'fields.images',
        change: '[reference to image] → reference to image',
        effect: 'CONVERTS',
        ...one,
        ...consent,
      },
    ],
  },
  {
    name: 'a template, a field and a member with other names',
    before: host('size: string, spec: { type: object, fields: { cpu: int } }'),
    objects: [{ name: 'a', size: 'x', spec: { cpu: 4 } }],
    after: host(
      'measure: { type: string, renamedFrom: size }, spec: { type: object, fields: { cores: { type: int, renamedFrom: cpu } } }',
    ),
    entries: [
      { path: 'fields.measure', change: 'renamed from size', effect: 'RENAMES', ...one },
      { path: 'fields.spec.fields.cores', change: 'renamed from cpu', effect: 'RENAMES', ...one },
    ],
  },
  {
    name: 'fields with the names of additional attributes',
    before: host('size: int, zone: string, cpu: int', ', additionalFields: true'),
    objects: [
      { name: 'a', size: 3, cpu: 4, _additional: { width: 'abc', cores: [1] } },
      { name: 'b', _additional: { width: 'only' } },
    ],
    after: host(
      'width: { type: int, renamedFrom: size }, place: { type: string, renamedFrom: zone }, cores: { type: string, renamedFrom: cpu }',
      ', additionalFields: true',
    ),
    entries: [
      { path: 'fields.width', change: 'renamed from size', effect: 'RENAMES', ...one },
      {
        path: 'fields.width',
        change: 'hides additional attributes named width; their values stay, invisible',
        effect: 'ORPHANS',
        ...two,
        ...consent,
      },
      { path: 'fields.place', change: 'renamed from zone', effect: 'RENAMES' },
      { path: 'fields.cores', change: 'renamed from cpu', effect: 'RENAMES', ...one },
      {
        path: 'fields.cores',
        change: 'hides additional attributes named cores; their values stay, invisible',
        effect: 'ORPHANS',
        ...one,
        ...consent,
      },
      { path: 'fields.cores', change: 'int → string', effect: 'CONVERTS', ...one, ...consent },
    ],
  },
  {
    name: 'another key',
    before: host('arch: { type: string, default: x86 }'),
    objects: ab,
    after: '{ name: host, key: [name, arch], fields: { name: string, arch: { type: string, default: x86 } } }',
    entries: [{ path: 'key', change: 'key: [name] → [name, arch]', effect: 'REKEYS', ...two, ...consent }],
  },
  {
    name: 'another key that two objects share',
    before: host('arch: string'),
    objects: [
      { name: 'a', arch: 'x' },
      { name: 'b', arch: 'x' },
    ],
    after: '{ name: host, key: [arch], fields: { name: string, arch: string } }',
    entries: [
      { path: 'key', change: 'key: [name] → [arch]', effect: 'REKEYS', ...two, ...consent },
      {
        path: 'key',
        change: 'must differ, but several objects have ["x"]',
        effect: 'CONFLICTS',
        ...two,
      },
    ],
  },
  {
    name: 'another key that two objects share and one lacks',
    before: host('arch: string'),
    objects: [{ name: 'a', arch: 'x' }, { name: 'b', arch: 'x' }, { name: 'c' }],
    after: '{ name: host, key: [arch], fields: { name: string, arch: string } }',
    entries: [
      {
        path: 'key',
        change: 'key: [name] → [arch]',
        effect: 'REKEYS',
        objects: 3,
        samples: ['["a"]', '["b"]', '["c"]'],
        ...consent,
      },
      {
        path: 'key',
        change: 'objects that lack a field of the new key, or whose key would be too long',
        effect: 'CONFLICTS',
        objects: 1,
        samples: ['["c"]'],
      },
      { path: 'key', change: 'must differ, but several objects have ["x"]', effect: 'CONFLICTS', ...two },
    ],
  },
  {
    name: 'another type of a key field',
    before: '{ name: host, key: [name, no], fields: { name: string, no: string } }',
    objects: [
      { name: 'a', no: '07' },
      { name: 'b', no: 'x' },
    ],
    after: '{ name: host, key: [name, no], fields: { name: string, no: int } }',
    entries: [
      {
        path: 'key',
        change: 'key: [name, no], in which no changes from string to int',
        effect: 'REKEYS',
        objects: 2,
        samples: ['["a","07"]', '["b","x"]'],
        ...consent,
      },
      {
        path: 'key',
        change: 'objects whose value does not convert to the new type of a key field, or whose key would be too long',
        effect: 'CONFLICTS',
        objects: 1,
        samples: ['["b","x"]'],
      },
      {
        path: 'fields.no',
        change: 'string → int',
        effect: 'CONVERTS',
        objects: 2,
        samples: ['["a","07"]', '["b","x"]'],
        ...consent,
      },
      {
        path: 'fields.no',
        change: 'string → int: these values do not convert',
        effect: 'VIOLATES',
        objects: 1,
        samples: ['["b","x"]'],
        ...consent,
      },
    ],
  },
  {
    name: 'other types of two key fields',
    before: '{ name: host, key: [name, no, on], fields: { name: string, no: string, on: date } }',
    objects: [{ name: 'a', no: '7', on: '2026-01-02' }],
    after: '{ name: host, key: [name, no, on], fields: { name: string, no: int, on: datetime } }',
    entries: [
      {
        path: 'key',
        change: 'key: [name, no, on], in which no changes from string to int and on changes from date to datetime',
        effect: 'REKEYS',
        ...long,
        ...consent,
      },
      { path: 'fields.no', change: 'string → int', effect: 'CONVERTS', ...long, ...consent },
      { path: 'fields.on', change: 'date → datetime', effect: 'CONVERTS', ...long, ...consent },
    ],
  },
  {
    name: 'indexes over a value that is too long',
    before: host('arch: string, size: string'),
    objects: [{ name: 'a', arch: 'x'.repeat(501), size: 'y' }],
    after: host('arch: string, size: string', ', indexes: [[arch, size]]'),
    entries: [
      { path: 'fields.arch', change: 'values too long for an index', effect: 'CONFLICTS', ...one },
      { path: 'indexes', change: 'other indexes', effect: 'SAFE' },
    ],
  },
  {
    name: 'another type, with an index, for a value that is too long',
    before: host('tags: [string]'),
    objects: [{ name: 'a', tags: ['x'.repeat(501)] }],
    after: host('tags: { type: string, indexed: true }'),
    entries: [
      { path: 'fields.tags', change: '[string] → string', effect: 'CONVERTS', ...one, ...consent },
      { path: 'fields.tags', change: 'values too long for an index', effect: 'CONFLICTS', ...one },
    ],
  },
  {
    name: 'other types of what unique, indexes, passed and latestBy name',
    before: judged('status: boolean, ran: datetime, size: int'),
    objects: [{ name: 'a', size: 1 }],
    after: judged('status: boolean, ran: date, size: bigint'),
    entries: [
      { path: 'fields.ran', change: 'datetime → date', effect: 'SAFE' },
      { path: 'fields.size', change: 'int → bigint', effect: 'SAFE' },
    ],
  },
  {
    name: 'another type that makes values that are unique together the same',
    before: host('size: string, zone: string', ', unique: [[zone, size]]'),
    objects: [
      { name: 'a', size: '7', zone: 'z' },
      { name: 'b', size: '07', zone: 'z' },
    ],
    after: host('size: int, zone: string', ', unique: [[zone, size]]'),
    entries: [
      { path: 'fields.size', change: 'string → int', effect: 'CONVERTS', ...two, ...consent },
      {
        path: 'unique',
        change: 'unique together: zone, size, but several objects have ["z",7]',
        effect: 'CONFLICTS',
        ...two,
      },
    ],
  },
  {
    name: 'a new required member with a default, beside one that does not fit',
    before: host('spec: { type: object, fields: { stage: { type: enum, values: [dev, test] } } }'),
    objects: [
      { name: 'a', spec: { stage: 'dev' } },
      { name: 'b', spec: { stage: 'test' } },
    ],
    after: host(
      'spec: { type: object, fields: { stage: { type: enum, values: [test] }, cpu: { type: int, required: true, default: 1 } } }',
    ),
    entries: [
      {
        path: 'fields.spec',
        change: 'new required members: older objects read as their defaults',
        effect: 'FILLS',
        ...two,
      },
      {
        path: 'fields.spec',
        change: 'new required members: these objects have another member that does not fit, and are not filled',
        effect: 'VIOLATES',
        ...one,
        ...consent,
      },
      { path: 'fields.spec', change: 'new rules: those of its members', effect: 'SAFE' },
    ],
  },
  {
    name: 'unique over duplicates',
    before: host('mail: string'),
    objects: [
      { name: 'a', mail: 'x@y' },
      { name: 'b', mail: 'x@y' },
      { name: 'c', mail: 'z@y' },
    ],
    after: host('mail: { type: string, unique: true }'),
    entries: [{ path: 'fields.mail', change: 'unique, but several objects have "x@y"', effect: 'CONFLICTS', ...two }],
  },
  {
    name: 'unique without duplicates',
    before: host('mail: string'),
    objects: ab,
    after: host('mail: { type: string, unique: true }'),
    entries: [{ path: 'fields.mail', change: 'unique', effect: 'SAFE' }],
  },
  {
    name: 'unique together over duplicates',
    before: host('mail: string, size: int'),
    objects: [
      { name: 'a', mail: 'x@y', size: 1 },
      { name: 'b', mail: 'x@y', size: 1 },
      { name: 'c', mail: 'x@y' },
      { name: 'd', mail: 'x@y' },
    ],
    after: host('mail: string, size: int').replace('fields:', 'unique: [[mail, size]], fields:'),
    entries: [
      {
        path: 'unique',
        change: 'unique together: mail, size, but several objects have ["x@y",1]',
        effect: 'CONFLICTS',
        ...two,
      },
    ],
  },
  {
    name: 'unique together without duplicates, and another index',
    before: host('mail: string, size: int'),
    objects: [],
    after: host('mail: string, size: int').replace('fields:', 'unique: [[mail, size]], indexes: [[size]], fields:'),
    entries: [
      { path: 'unique', change: 'unique together: mail, size', effect: 'SAFE' },
      { path: 'indexes', change: 'other indexes', effect: 'SAFE' },
    ],
  },
  {
    name: 'a field that is gone, with values',
    before: host('size: string'),
    objects: [{ name: 'a', size: 'x' }, { name: 'b' }],
    after: '{ name: host, key: [name], fields: { name: string } }',
    entries: [
      { path: 'fields.size', change: 'removed; its values stay, invisible', effect: 'ORPHANS', ...one, ...consent },
    ],
  },
  {
    name: 'a field that is gone, without values',
    before: host('size: string'),
    objects: ab,
    after: '{ name: host, key: [name], fields: { name: string } }',
    entries: [{ path: 'fields.size', change: 'removed; its values stay, invisible', effect: 'SAFE' }],
  },
  {
    name: 'a template that is gone, with objects',
    before: host('size: string'),
    objects: ab,
    after: undefined,
    entries: [
      {
        change: 'removed; its objects stay, invisible, and still restrict deletes',
        effect: 'ORPHANS',
        ...two,
        ...consent,
      },
    ],
  },
  {
    name: 'a template that is gone, without objects',
    before: host('size: string'),
    objects: [],
    after: undefined,
    entries: [{ change: 'removed; its objects stay, invisible, and still restrict deletes', effect: 'SAFE' }],
  },
  {
    name: 'a reference that leads elsewhere',
    before: host('image: { type: reference, to: image }'),
    objects: [{ name: 'a', image: 'u' }],
    after: host('image: { type: reference, to: disk }'),
    entries: [
      { path: 'fields.image', change: 'leads to disk instead of image', effect: 'ORPHANS', ...one, ...consent },
      {
        path: 'fields.image',
        change: 'leads to disk instead of image: these values have no target there',
        effect: 'VIOLATES',
        ...one,
        ...consent,
      },
    ],
  },
]
