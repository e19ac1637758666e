/** Every code of a template's issues, with what the author should do; `docs/templates.md` lists them. */
export const issueCodes = {
  FILE_UNREADABLE: 'Make the file a regular one that the server may read.',
  FILE_TOO_LARGE:
    'Split the file or remove what is not needed: it may have at most 256 KiB, 100,000 YAML tokens and 20,000 values (aliases counted where they are used).',
  FILE_TOO_DEEP: 'Nest at most 64 levels deep.',
  BAD_TEXT:
    'Save the file as UTF-8, and remove the character that no text can contain (U+0000, half a surrogate pair).',
  YAML_SYNTAX: 'Correct the YAML at the reported place.',
  SEVERAL_DOCUMENTS: 'Give each document a file of its own.',
  DUPLICATE_KEY: 'Keep one of the two.',
  YAML_TAG: 'Remove the tag or directive; quote a text that YAML would read as something else.',
  YAML_ALIAS: 'Define the anchor before the alias, not around it.',
  UNQUOTED: 'Put the value in quotes, so that YAML keeps it as it is written.',
  WRONG_TYPE: 'Write a value of the kind given in the message.',
  WRONG_VALUE: 'Write one of the values given in the message.',
  EMPTY: 'Write a value or remove the key.',
  TOO_LONG: 'Shorten the text.',
  TOO_MANY:
    'Split the template: it may have at most 500 fields, including the members of objects. `convert` may have at most 1,000 entries.',
  UNKNOWN_KEY: 'Correct the key or remove it; this page lists the keys that exist.',
  MISSING_KEY: 'Add the key.',
  WRONG_NAME: 'Choose a name of the form given in the message.',
  UNKNOWN_TYPE: 'Write one of the field types.',
  CONTRADICTION: 'Remove one of the two statements.',
  DUPLICATE_TEMPLATE: 'Rename one of the two templates.',
  NAME_COLLISION:
    'Rename one of the two, or set `plural` or `reverse`. In GraphQL, the names of fields have `_` for `-`, `.`, `:` and `/`.',
  RESERVED_NAME: 'Choose another name: the API uses this one itself.',
  FORMER_NAME:
    'List a former name once, under one template or field, and only while no template or field beside it has that name.',
  PLURAL_NEEDED: 'Set `plural`: the plural must differ from the name.',
  UNKNOWN_KEY_FIELD: 'List only fields of this template in `key`.',
  DUPLICATE_KEY_FIELD: 'List each field once in `key`.',
  UNKNOWN_FIELD: 'List only fields of this template in `unique` and `indexes`.',
  DUPLICATE_FIELD: 'List each field once.',
  NOT_COMPARABLE:
    'List only fields whose values have an order, and single references; to index, at most one reference.',
  KEY_TYPE: 'Use another field in the key, or give this field another type.',
  KEY_CYCLE: 'Remove one of the references from its key: a key must not contain itself.',
  KEY_TOO_LARGE:
    'Use fewer fields in the keys: a key may have at most 32 values, including those of the keys of referenced templates.',
  UNKNOWN_TEMPLATE: 'Correct the name after `to`, or add the template.',
  ON_DELETE: 'Use `restrict` or `cascade`, or make the field neither required nor part of the key.',
  KEY_NOT_APPLICABLE: 'Remove the key, or change the type of the field.',
  NOT_IN_OBJECT: 'Move the field out of the object, or remove the key.',
  ENUM_VALUE: 'Write another text: it must not be empty, and two members must have different names in GraphQL.',
  DUPLICATE_ENUM_VALUE: 'List each value once.',
  EMPTY_RANGE: 'Swap or correct the two bounds: no value lies between them.',
  WRONG_PATTERN: 'Write the pattern in RE2 syntax; if it is too large, make it shorter or use smaller repetitions.',
  WRONG_DEFAULT: 'Write a default that the field itself would accept.',
  WRONG_CONVERT: 'Write values that the field itself would accept, and no `convert` for a key field.',
  WRONG_PASSED: 'Write a filter over the fields of this template, as `where` takes it; references have no place in it.',
  WRONG_LATEST_BY: 'Name a field of this template of the type `datetime`, `date`, `int`, `bigint` or `version`.',
  WRONG_STALE_AFTER: 'Write a duration such as `14d` beside `passed`.',
  WRONG_HISTORY: 'Write `true`, `false`, `{ days: 90 }` or `{ keep: 100 }`, with `indexed: true` for an index.',
  WRONG_RETAIN: 'Write `{ days: 30 }`, or `{ last: 20, per: [name] }` with fields of this template that make groups.',
  WRONG_MERGE:
    'Write `latest`, `first`, `min`, `max` or `{ maxBy: finished_at }`; what decides must have an order and not be part of the key.',
  DEPRECATED_REQUIRED: 'Remove `deprecated`, or make the field optional first.',
} as const satisfies Record<string, string>

/** The same for the files of roles; `docs/access.md` lists them. The rest of their codes are those of templates. */
export const roleIssueCodes = {
  DUPLICATE_ROLE: 'Rename one of the two roles.',
  UNKNOWN_VERB: 'Write one of the verbs `read`, `write`, `delete`, `import` and `admin`.',
  UNKNOWN_CLAIM: 'Write a claim that the issuer puts into its tokens.',
  WRONG_WHERE: 'Write a filter as the `where` of that template takes it in GraphQL.',
  WRONG_PLACEHOLDER: 'Write `{actor}` or `{claims.NAME}`, and only where a value to compare with stands.',
  WEAK_IDENTITY:
    'Name the `audience`, and a claim that no one else can come to have: the id of the repository, of the project or of the subject.',
  NEVER_MATCHES: 'Correct the condition: as it stands, the grant is worth nothing.',
  WIDER_THAN_IT_LOOKS: 'Name the templates or the callers that are meant.',
} as const satisfies Record<string, string>
