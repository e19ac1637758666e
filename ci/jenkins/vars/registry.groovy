// A step for Jenkins pipelines, from a shared library whose library path is `ci/jenkins`. docs/clients.md shows its use.
//
//   registry.install('https://files.example.org/registry-store-0.1.0.tgz')
//   registry.set('role', [name: 'ntp-client', image: image, status: true])
//   def jobs = registry.matrix('role', [rows: 'name', columns: 'image', commit: env.GIT_COMMIT])
//
// REGISTRY_URL and REGISTRY_TOKEN come from the pipeline's environment; in place of the token, REGISTRY_AUDIENCE and an id token of the
// plugin OpenID Connect Provider, bound to a variable of any name. What the pipeline gives reaches the scripts in environment
// variables alone: no text of it is ever part of a script.

/** Installs the command line: `source` is what npm installs, the address or the path of a package that `npm pack` has made. */
void install(String source) {
  withEnv(["REGISTRY_PACKAGE=${source}"]) {
    sh label: 'Install registry', script: '''
      npm install --global --prefix "$WORKSPACE_TMP/registry-store" --omit=optional --no-audit --no-fund --loglevel=error -- "$REGISTRY_PACKAGE"
    '''
  }
}

/** Writes an object: `registry TEMPLATE set field=value …`. */
void set(String template, Map values) {
  withEnv(variables(template, values)) {
    sh label: 'registry set', script: '''
      set --
      while [ "$#" -lt "$REGISTRY_COUNT" ]; do
        eval "set -- \\"\\$@\\" \\"\\$REGISTRY_VALUE_$#\\""
      done
      "$WORKSPACE_TMP/registry-store/bin/registry" "$REGISTRY_TEMPLATE" set -- "$@"
    '''
  }
}

/**
 * The pairs that have not passed, one map each, such as [name: 'ntp-client', image: 'alpha']: `registry TEMPLATE matrix rows=… …`.
 * Needs the plugin Pipeline Utility Steps.
 */
List matrix(String template, Map values) {
  withEnv(variables(template, values)) {
    def jobs = sh label: 'registry matrix', returnStdout: true, script: '''
      set --
      while [ "$#" -lt "$REGISTRY_COUNT" ]; do
        eval "set -- \\"\\$@\\" \\"\\$REGISTRY_VALUE_$#\\""
      done
      "$WORKSPACE_TMP/registry-store/bin/registry" "$REGISTRY_TEMPLATE" matrix -o github -- "$@"
    '''
    return readJSON(text: jobs).include
  }
}

/** The environment of a script: REGISTRY_TEMPLATE, REGISTRY_COUNT, and a variable for each `field=value`. */
private List variables(String template, Map values) {
  def result = ["REGISTRY_TEMPLATE=${template}", "REGISTRY_COUNT=${values.size()}"]
  def names = new ArrayList(values.keySet())
  for (int i = 0; i < names.size(); i++) result << "REGISTRY_VALUE_${i}=${names[i]}=${values[names[i]]}"
  return result
}
