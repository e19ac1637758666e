import { backupCommand } from './backup.ts'
import type { RootCommand } from './command.ts'
import { createCompleteCommand } from './complete.ts'
import { completionCommand } from './completion.ts'
import { doctorCommand } from './doctor.ts'
import { exportCommand } from './export-command.ts'
import { flushCommand } from './flush-command.ts'
import { importCommand } from './import-command.ts'
import { initCommand } from './init.ts'
import { junitCommand } from './junit-command.ts'
import { lsCommand } from './ls.ts'
import { queryCommand } from './query.ts'
import { restoreCommand } from './restore.ts'
import { schemaCommand } from './schema.ts'
import { searchCommand } from './search.ts'
import { serveCommand } from './serve.ts'
import { countCommand } from './template/count.ts'
import { deleteCommand } from './template/delete.ts'
import { diffCommand } from './template/diff.ts'
import { getCommand, markdownCommand } from './template/get.ts'
import { helpCommand } from './template/help.ts'
import { historyCommand } from './template/history.ts'
import { lastCommand } from './template/last.ts'
import { matrixCommand } from './template/matrix.ts'
import { purgeCommand } from './template/purge.ts'
import { restoreVersionCommand } from './template/restore.ts'
import { retainCommand } from './template/retain.ts'
import { setCommand } from './template/set.ts'
import { waitCommand } from './template/wait.ts'
import { watchCommand } from './template/watch.ts'
import { templatesCommand } from './templates-check.ts'
import { tokenCommand } from './token.ts'
import { upgradeCommand } from './upgrade.ts'
import { versionCommand } from './version.ts'
import { whoamiCommand } from './whoami.ts'

/** `registry` with all commands. To add one, write its file and put its name here. */
export const registryCommand: RootCommand = {
  name: 'registry',
  description: 'A registry of typed objects: YAML templates become a GraphQL API over PostgreSQL.',
  commands: [
    initCommand,
    serveCommand,
    doctorCommand,
    lsCommand,
    schemaCommand,
    queryCommand,
    searchCommand,
    importCommand,
    exportCommand,
    junitCommand,
    flushCommand,
    templatesCommand,
    backupCommand,
    restoreCommand,
    upgradeCommand,
    whoamiCommand,
    tokenCommand,
    completionCommand,
    versionCommand,
    createCompleteCommand(() => registryCommand),
  ],
  templateCommands: [
    helpCommand,
    setCommand,
    getCommand,
    lastCommand,
    countCommand,
    deleteCommand,
    markdownCommand,
    matrixCommand,
    waitCommand,
    watchCommand,
    historyCommand,
    diffCommand,
    restoreVersionCommand,
    retainCommand,
    purgeCommand,
  ],
  examples: ['registry serve', 'registry ls', 'registry image set name=a lts=true', 'registry image get lts=true | jq'],
}
