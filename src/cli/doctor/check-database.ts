import type { TemplatesState } from '../../store/examine/examine-database.ts'
import { type Examination, examineDatabase } from '../../store/examine/examine-database.ts'
import { remedies } from '../../store/outage-log.ts'
import { oldestVersion } from '../../store/wait-for-database.ts'
import { printPlan, printRemedy } from '../../template/changes/print-plan.ts'
import { needsConsent } from '../../template/changes/template-plan.ts'
import type { DeclaredModel } from '../../template/load-templates.ts'
import { type Finding, fail, ok, unseen, warn } from './finding.ts'

/** Of a clock, in milliseconds: tokens and times of writes go by both. */
const mostAhead = 1_000
/** Connections that a server opens beside those of requests: one each for changes of templates, questions about these, and the index of limits. */
const besides = 3

interface Looked {
  /** What `pg` takes. */
  readonly connection: Parameters<typeof examineDatabase>[0]
  /** How it is called in messages: DATABASE_URL. */
  readonly name: string
  readonly files: DeclaredModel | undefined
  /** How many connections a server keeps open to it. */
  readonly wanted: number
  /** Whether a server runs here, and has its connections already. */
  readonly isServed: boolean
  /** Whether DATABASE_DIRECT_URL is set. */
  readonly hasDirect: boolean
}

/** The database that the registry's objects are in, or are to be in. */
export async function checkDatabase(looked: Looked): Promise<readonly Finding[]> {
  try {
    const found = await examineDatabase(looked.connection, looked.files)
    return [
      ...checkKind(found, looked),
      checkWriting(found),
      checkConnections(found, looked),
      checkClock(found),
      checkMigrations(found),
      checkPlan(found, looked.files),
    ]
  } catch (error) {
    return [
      fail('database', explain(looked.name, error), remedyOf(error, `Correct ${looked.name}, or start the database.`)),
      unseen('plan', 'the database cannot be asked'),
    ]
  }
}

/** A standby that may answer reads, or the way past a pooler. */
export async function checkOther(
  check: string,
  name: string,
  connection: Looked['connection'],
  isRight: (found: Examination) => string | undefined,
): Promise<Finding> {
  try {
    const found = await examineDatabase(connection)
    const wrong = isRight(found)
    return wrong === undefined
      ? ok(check, `PostgreSQL ${found.version} answers`)
      : warn(check, wrong, `Correct ${name}.`)
  } catch (error) {
    return fail(check, explain(name, error), remedyOf(error, `Correct ${name}, or start that database.`))
  }
}

function explain(name: string, error: unknown): string {
  return `${name} does not work: ${(error as Error).message || String((error as NodeJS.ErrnoException).code)}`
}

function remedyOf(error: unknown, otherwise: string): string {
  return remedies[String((error as NodeJS.ErrnoException).code)] ?? otherwise
}

function checkKind(found: Examination, { name, hasDirect }: Looked): readonly Finding[] {
  const { version, major, encoding, collation, user, database, bytes } = found
  const what = `PostgreSQL ${version}, ${database} of ${user}, ${encoding}, collation ${collation}, ${Math.ceil(bytes / 2 ** 20)} MB`
  if (major < oldestVersion) return [fail('database', what, `Update PostgreSQL: it must be ${oldestVersion} or newer.`)]
  if (encoding !== 'UTF8') return [fail('database', what, 'Make a database with encoding UTF8.')]
  return [
    found.hasOtherCollation
      ? warn(
          'database',
          `${what}; the collation of the operating system has changed since it was made`,
          'Run reindex database and alter database … refresh collation version.',
        )
      : ok('database', what),
    ...checkPooler(found, name, hasDirect),
  ]
}

function checkPooler({ pooler }: Examination, name: string, hasDirect: boolean): readonly Finding[] {
  if (pooler === 'none') return []
  const found = `${name} leads through a pooler that gives each ${pooler === 'session' ? 'connection' : pooler} a session`
  if (pooler === 'statement') return [fail('pooler', found, 'Set its pool_mode to transaction or session.')]
  if (pooler === 'session' || hasDirect) return [ok('pooler', found)]
  const remedy = 'Set DATABASE_DIRECT_URL to PostgreSQL itself: migrations need a session of their own.'
  return [warn('pooler', found, remedy)]
}

function checkWriting({ isStandby, isReadOnly, schema, mayCreate, foreignTables, user }: Examination): Finding {
  if (isStandby) return fail('writing', 'it is a standby, which takes no writes', 'Set DATABASE_URL to the primary.')
  if (isReadOnly)
    return fail(
      'writing',
      'it is read-only (default_transaction_read_only)',
      'Let it take writes, or use another database.',
    )
  if (foreignTables.length > 0)
    return fail(
      'writing',
      `${user} does not own ${foreignTables.join(', ')}`,
      `Make ${user} their owner, as which the server first started.`,
    )
  if (schema === null)
    return fail(
      'writing',
      'search_path names no schema that is there and that the user may use',
      `Create one, grant usage and create on it to ${user}, or set search_path.`,
    )
  if (!mayCreate)
    return fail('writing', `${user} may not create tables in the schema ${schema}`, `Grant create on it to ${user}.`)
  return ok('writing', 'it takes writes')
}

function checkConnections({ connections }: Examination, { wanted, isServed }: Looked): Finding {
  const { most, used, mostOfUser } = connections
  const needed = wanted + besides
  const found = `${Math.max(most - used, 0)} of ${most} connections are free`
  const remedy = 'Raise max_connections of PostgreSQL, or lower DATABASE_CONNECTIONS of its servers.'
  if (mostOfUser < needed)
    return warn('connections', `this user may have ${mostOfUser} connections, and a server opens ${needed}`, remedy)
  const isEnough = most - used >= (isServed ? besides : needed)
  return isEnough ? ok('connections', found) : warn('connections', `${found}; a server opens ${needed}`, remedy)
}

function checkClock({ clock: { ahead, exactTo } }: Examination): Finding {
  const found = `the clock of the database is ${Math.abs(ahead)} ms ${ahead < 0 ? 'behind' : 'ahead'}, exact to ${exactTo} ms`
  return Math.abs(ahead) - exactTo > mostAhead
    ? warn('clock', found, 'Synchronize both machines (NTP): ages, and tokens that end, go by both clocks.')
    : ok('clock', found)
}

function checkMigrations({ migrations }: Examination): Finding {
  if (typeof migrations === 'string') return fail('migrations', migrations)
  return ok('migrations', migrations.length === 0 ? 'all are applied' : `the next start applies ${migrations.length}`)
}

function checkPlan({ migrations, templates }: Examination, files: DeclaredModel | undefined): Finding {
  if (!files) return unseen('plan', 'the templates are wrong')
  if (typeof migrations === 'string') return unseen('plan', 'the migrations cannot be applied')
  if (migrations.length > 0) return unseen('plan', 'the next start applies migrations first')
  return templates ? describePlan(templates) : ok('plan', 'no templates have been applied yet; the first start does it')
}

function describePlan(templates: TemplatesState): Finding {
  if (templates.kind === 'same') return ok('plan', 'the templates are those that were applied last')
  const { plan } = templates
  const found = plan.entries.length === 0 ? 'nothing changes' : printPlan(plan)
  if (templates.kind === 'older')
    return warn(
      'plan',
      'newer templates have been applied since',
      'Use the newer files, or see `registry templates plan`.',
    )
  return plan.digest === undefined || needsConsent(plan) ? fail('plan', found, printRemedy(plan)) : ok('plan', found)
}
