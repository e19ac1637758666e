/** The types of fields, each with the names that Python, its libraries and docstrings have for it, in small letters. */
const typeNames: readonly (readonly [type: string, names: readonly string[]])[] = [
  [
    'string',
    [
      ...[
        'str',
        'string',
        'strings',
        'text',
        'unicode',
        'basestring',
        'anystr',
        'char',
        'constr',
        'strictstr',
        'literalstring',
      ],
      ...[
        'path',
        'purepath',
        'posixpath',
        'pathlike',
        'filepath',
        'directorypath',
        'emailstr',
        'anyurl',
        'httpurl',
        'url',
      ],
      ...['ipv4address', 'ipv6address', 'ipvanyaddress', 'ipv4network', 'ipv6network'],
    ],
  ],
  ['int', ['int', 'integer', 'ints', 'integers', 'positiveint', 'nonnegativeint', 'conint', 'strictint']],
  ['bigint', ['long']],
  ['float', ['float', 'floats', 'number', 'double', 'positivefloat', 'nonnegativefloat', 'confloat', 'strictfloat']],
  ['boolean', ['bool', 'boolean', 'bools', 'booleans', 'strictbool']],
  ['datetime', ['datetime', 'awaredatetime', 'naivedatetime']],
  ['date', ['date']],
  ['duration', ['timedelta']],
  ['uuid', ['uuid', 'uuid1', 'uuid3', 'uuid4', 'uuid5']],
  [
    'json',
    [
      ...[
        'any',
        'object',
        'dict',
        'dictionary',
        'mapping',
        'mutablemapping',
        'ordereddict',
        'defaultdict',
        'counter',
        'json',
      ],
      ...[
        'list',
        'tuple',
        'set',
        'frozenset',
        'sequence',
        'mutablesequence',
        'iterable',
        'collection',
        'array',
        'deque',
      ],
    ],
  ],
]
/** The type of a field for the name of a type of Python, in any letters; undefined if it is not known. */
export function typeNamed(name: string): string | undefined {
  const small = name.toLowerCase()
  return typeNames.find(([, names]) => names.includes(small))?.[0]
}
