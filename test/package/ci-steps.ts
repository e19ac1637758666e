import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'

/** A script as the service runs it, with the variables that it sets. */
export interface CiStep {
  readonly script: string
  readonly env: Readonly<Record<string, string>>
}

/** What a service is given to install the command line, to write objects and to ask what has not passed. */
export interface CiSteps {
  readonly install: CiStep
  readonly set: (template: string, values: readonly string[]) => CiStep
  readonly matrix: (template: string, values: readonly string[]) => CiStep
  /** The service's variables for a workspace. */
  readonly environment: (workspace: string) => Readonly<Record<string, string>>
  /** The jobs that the matrix has left, for the pipeline that goes on. */
  readonly readJobs: (workspace: string, output: string) => Promise<unknown>
}

interface ActionStep {
  readonly name: string
  readonly shell: string
  readonly env: Readonly<Record<string, string>>
  readonly run: string
}

/** The steps of `.github/actions/registry`, which installs `source`. */
export function readGithubAction(source: string): CiSteps {
  const action = parse(readFileSync('.github/actions/registry/action.yml', 'utf8'))
  const stepOf = (name: string, inputs: Readonly<Record<string, string>>): CiStep => {
    const { shell, env, run } = action.runs.steps.find((step: ActionStep) => step.name === name) as ActionStep
    if (shell !== 'sh' || run.includes('${{')) throw new Error(`"${name}" has a text of its caller in its script`)
    const fill = (text: string) =>
      text.replace(/\$\{\{ inputs\.(\w+) \}\}/g, (_, input) => inputs[input] ?? action.inputs[input].default ?? '')
    return { script: run, env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, fill(value)])) }
  }
  const withoutUrl = ({ script, env: { REGISTRY_URL: _, ...env } }: CiStep): CiStep => ({ script, env })
  const values = (lines: readonly string[]) => `${lines.join('\n')}\n`
  return {
    install: stepOf('Install registry', { package: source }),
    set: (template, lines) => withoutUrl(stepOf('Set the object', { template, set: values(lines) })),
    matrix: (template, lines) => withoutUrl(stepOf('Ask what has not passed', { template, matrix: values(lines) })),
    environment: (workspace) => ({
      RUNNER_TEMP: workspace,
      GITHUB_PATH: join(workspace, 'path'),
      GITHUB_OUTPUT: join(workspace, 'output'),
      GITHUB_STEP_SUMMARY: join(workspace, 'summary.md'),
      // What the runner makes of GITHUB_PATH.
      PATH: `${join(workspace, 'registry-store/bin')}:${process.env['PATH']}`,
    }),
    async readJobs(workspace) {
      if ((await readFile(join(workspace, 'path'), 'utf8')) !== `${join(workspace, 'registry-store/bin')}\n`)
        throw new Error('GITHUB_PATH does not have the folder of the command line')
      if (!(await readFile(join(workspace, 'summary.md'), 'utf8')).startsWith('| name '))
        throw new Error('the summary does not show the matrix')
      const outputs = await readFile(join(workspace, 'output'), 'utf8')
      const { include } = JSON.parse(/^matrix<<.*\n(.*)$/m.exec(outputs)?.[1] ?? '')
      if (!outputs.includes(`\n${include.length}\n`)) throw new Error('count is not the number of jobs')
      return include
    },
  }
}

/** The jobs of `ci/gitlab/registry.yml`, which install `source`. */
export function readGitlabJobs(source: string): CiSteps {
  const text = readFileSync('ci/gitlab/registry.yml', 'utf8')
  const jobs = parseAllDocuments(text)[1]?.toJS()
  const stepOf = (script: readonly string[], env: Readonly<Record<string, string>>): CiStep => {
    if (script.some((line) => line.includes('$[['))) throw new Error('a script has a text of its caller')
    return { script: script.join('\n'), env }
  }
  const jobOf = (name: string) => (template: string, lines: readonly string[]) =>
    stepOf(jobs[name].script, {
      ...jobs[name].variables,
      REGISTRY_TEMPLATE: template,
      REGISTRY_VALUES: `${lines.join('\n')}\n`,
    })
  return {
    install: stepOf(jobs['.registry'].before_script, { REGISTRY_PACKAGE: source }),
    set: jobOf('.registry-set'),
    matrix: jobOf('.registry-matrix'),
    environment: (workspace) => ({
      npm_config_prefix: join(workspace, 'global'),
      PATH: `${join(workspace, 'global/bin')}:${process.env['PATH']}`,
    }),
    async readJobs(workspace) {
      const [file] = jobs['.registry-matrix'].artifacts.paths
      return parse(await readFile(join(workspace, file), 'utf8'))['.missing'].parallel.matrix
    },
  }
}

/** The steps of `ci/jenkins/vars/registry.groovy`, which install `source`. */
export function readJenkinsSteps(source: string): CiSteps {
  const text = readFileSync('ci/jenkins/vars/registry.groovy', 'utf8')
  const stepOf = (label: string, env: Readonly<Record<string, string>>): CiStep => {
    // Between three single quotes, Groovy fills nothing in; a backslash stands for the next character.
    const script = new RegExp(`label: '${label}',.*script: '''([^']*)'''`).exec(text)?.[1]
    if (!script) throw new Error(`there is no step "${label}"`)
    return { script: script.replace(/\\(.)/g, '$1'), env }
  }
  const callOf = (label: string) => (template: string, values: readonly string[]) =>
    stepOf(label, {
      REGISTRY_TEMPLATE: template,
      REGISTRY_COUNT: String(values.length),
      ...Object.fromEntries(values.map((value, i) => [`REGISTRY_VALUE_${i}`, value])),
    })
  return {
    install: stepOf('Install registry', { REGISTRY_PACKAGE: source }),
    set: callOf('registry set'),
    matrix: callOf('registry matrix'),
    environment: (workspace) => ({ WORKSPACE_TMP: workspace }),
    readJobs: async (_workspace, output) => JSON.parse(output).include,
  }
}
