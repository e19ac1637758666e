// What people write who know other tools, and what it is here. Mistakes that are only mistyped are found by `suggest`.

/** Commands of a template: `registry image list`, `registry get image`. */
export const verbsElsewhere: Readonly<Record<string, string>> = {
  ...sameFor('get', 'list ls show find read view print select query search filter where fetch all dump export cat'),
  ...sameFor('set', 'create add new insert update edit put patch upsert save write store apply modify change replace'),
  ...sameFor('delete', 'rm remove del destroy drop erase unset'),
  ...sameFor('last', 'latest newest recent'),
  ...sameFor('count', 'total number size length'),
  ...sameFor('help', 'describe desc explain info fields columns schema about'),
  ...sameFor('matrix', 'table grid pivot crosstab'),
  ...sameFor('markdown', 'md'),
  ...sameFor('history', 'log versions changes audit blame'),
  ...sameFor('diff', 'compare'),
  ...sameFor('restore', 'revert rollback undo'),
  ...sameFor('wait', 'await until'),
  ...sameFor('watch', 'follow tail subscribe stream'),
}

/** Commands that need no template: `registry list`, `registry apply -f`. */
export const commandsElsewhere: Readonly<Record<string, string>> = {
  ...sameFor('ls', 'list types kinds tables api-resources'),
  ...sameFor('serve', 'start run up server daemon'),
  ...sameFor('init', 'setup bootstrap'),
  ...sameFor('import', 'apply load upload'),
  ...sameFor('export', 'dump save download'),
  ...sameFor('query', 'graphql gql exec'),
  ...sameFor('search', 'find grep'),
  ...sameFor('upgrade', 'migrate'),
  ...sameFor('doctor', 'status health diagnose'),
  ...sameFor('version', 'ver about'),
  ...sameFor('help', 'man usage commands'),
  ...sameFor('templates check', 'check validate lint verify'),
  ...sameFor('templates plan', 'plan diff'),
  ...sameFor('templates', 'template kind type'),
  ...sameFor('flush', 'sync push'),
  ...sameFor('completion', 'completions autocomplete'),
  ...sameFor('whoami', 'me who user account identity login auth'),
  ...sameFor('token', 'tokens apikey api-key'),
}

/** Commands of a command, by its name: `registry templates list`, `registry token new`. */
export const innerCommandsElsewhere: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  templates: {
    ...sameFor('ls', 'list ls show get all'),
    ...sameFor('templates check', 'validate lint verify test'),
    ...sameFor('templates plan', 'diff preview'),
    ...sameFor('templates purge', 'delete rm remove drop'),
    ...sameFor('init', 'init new create add'),
    ...sameFor('serve', 'apply push deploy migrate'),
  },
  token: {
    ...sameFor('token create', 'new add make generate issue mint set init'),
    ...sameFor('token ls', 'list show get all'),
    ...sameFor('token revoke', 'delete rm remove del drop end expire'),
    ...sameFor('whoami', 'whoami check test verify info status'),
  },
}

/** Options, by our names: the first that a command has is meant. */
export const optionsElsewhere: Readonly<Record<string, readonly string[]>> = {
  ...sameFor(["--where 'name~*text*'"], 'like ilike contains match grep regex startswith'),
  ...sameFor(['--where'], 'filter query selector condition predicate if q l field-selector'),
  ...sameFor(['--output'], 'format out type as to print'),
  ...sameFor(['--order-by'], 'sort sort-by order orderby orderBy sortby ordering'),
  ...sameFor(['--first'], 'limit max top head take count number page-size per-page n'),
  ...sameFor(['--fields'], 'columns cols field select show attributes properties'),
  ...sameFor(['--at'], 'as-of asof when'),
  ...sameFor(['--from'], 'since'),
  ...sameFor(['--latest-per'], 'distinct distinct-on latest unique-by group-by latestPer'),
  ...sameFor(['--url'], 'server host endpoint address uri registry'),
  ...sameFor(['--quiet'], 'silent s'),
  ...sameFor(['--version', '--verbose'], 'v'),
  ...sameFor(['--verbose'], 'debug trace vv'),
  ...sameFor(['--all'], 'force yes y f A'),
  ...sameFor(['--dry-run'], 'dryrun dryRun simulate what-if check'),
  ...sameFor(['--retries'], 'retry tries attempts'),
  ...sameFor(['--timeout'], 'wait'),
  ...sameFor(['-o json'], 'json j'),
  ...sameFor(['-o yaml'], 'yaml yml'),
  ...sameFor(['-o csv'], 'csv'),
  ...sameFor(['-o table'], 'table wide'),
  ...sameFor(['-o markdown'], 'markdown md'),
  ...sameFor(['-o ndjson'], 'ndjson jsonl'),
  ...sameFor(['--if-version'], 'ifVersion if-match version-is'),
}

/** Operators of `--where`: how a comparison with a value, in quotes where it needs them and without, is written here. */
export const operatorsElsewhere: Readonly<Record<string, (quoted: string, bare: string) => string>> = {
  ...sameFor((quoted: string) => `=${quoted}`, '== === eq equals equal in'),
  ...sameFor((quoted: string) => `!=${quoted}`, '<> ne neq not_equals nin'),
  ...sameFor((quoted: string) => `<${quoted}`, 'lt before'),
  ...sameFor((quoted: string) => `<=${quoted}`, 'lte le =<'),
  ...sameFor((quoted: string) => `>${quoted}`, 'gt after'),
  ...sameFor((quoted: string) => `>=${quoted}`, 'gte ge =>'),
  ...sameFor(
    (_: string, bare: string) => `~${quoteGlob(bare.replaceAll('%', '*'))}`,
    'like ilike glob match matches rlike',
  ),
  ...sameFor((_: string, bare: string) => `~${quoteGlob(`*${bare}*`)}`, 'contains includes regexp regex'),
  ...sameFor((_: string, bare: string) => `~${quoteGlob(`${bare}*`)}`, 'startswith starts_with prefix begins'),
  ...sameFor((_: string, bare: string) => `~${quoteGlob(`*${bare}`)}`, 'endswith ends_with suffix'),
}

function quoteGlob(text: string): string {
  return /[\s()'"]/.test(text) ? JSON.stringify(text) : text
}

function sameFor<Meaning>(meaning: Meaning, words: string): Record<string, Meaning> {
  return Object.fromEntries(words.split(' ').map((word) => [word, meaning]))
}
