import type { DescribedTemplate } from '../../client/views/described-template.ts'
import { followObject, planVersions, type ShownVersion, type VersionsAnswer } from '../../client/views/object-view.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { useLive } from '../use-live.ts'

/** What an object was, newest first: who changed what, and in which run. */
export function Versions({
  uuid,
  template,
  templates,
}: {
  readonly uuid: string
  readonly template: DescribedTemplate
  readonly templates: readonly DescribedTemplate[]
}) {
  const followed = followObject(uuid, template, templates)
  const { shown, problem } = useLive<string, VersionsAnswer>(uuid, planVersions(uuid, template), followed)
  const history = shown?.data.object?._history
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      <ProblemNote problem={problem} />
      {history && (
        <>
          {history.totalCount === 0 && <p class="nothing">No history is kept.</p>}
          <ol class="versions">
            {history.nodes.map((version) => (
              <li key={version.version}>
                <Version {...version} />
              </li>
            ))}
          </ol>
          {history.totalCount > history.nodes.length && (
            <p class="quiet">
              The newest {history.nodes.length} of {history.totalCount} versions.
            </p>
          )}
        </>
      )}
    </section>
  )
}

function Version({ version, outcome, time, actor, run, changes }: ShownVersion) {
  return (
    <>
      <p>
        <strong>{version}</strong> {outcome.toLowerCase()} <TimeAgo time={time} isExact />
        {actor !== null && ` by ${actor}`}
        {run !== null && (
          <>
            {' '}
            in <Run address={run} />
          </>
        )}
      </p>
      {outcome === 'UPDATED' && changes === null && <p class="quiet">The version before is no longer kept.</p>}
      {outcome === 'UPDATED' && changes !== null && (
        <ul>
          {changes.map(({ field, before, after }) => (
            <li key={field}>
              {field}: <code>{printJson(before)}</code> → <code>{printJson(after)}</code>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** A link only to the web: what a run's address begins with is up to whoever wrote it. */
function Run({ address }: { readonly address: string }) {
  if (!/^https?:\/\//i.test(address)) return <code>{address}</code>
  return (
    <a href={address} rel="noreferrer">
      its run
    </a>
  )
}

function printJson(value: unknown): string {
  return value === undefined ? 'null' : JSON.stringify(value)
}
