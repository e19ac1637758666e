import { columnsOf, expandMeta, printCell, readColumn } from '../arguments/parse-columns.ts'
import type { Json } from '../arguments/parse-value.ts'
import { CliError, exitCodes } from '../cli-error.ts'
import type { ObjectWriter, WriterContext } from './object-writer.ts'
import type { ShownObject } from './print-object.ts'
import { commandInLine } from './print-safely.ts'
import { writeOut } from './terminal.ts'

/**
 * Lines of `NAME='…'` for `eval` in any POSIX shell. The shell interprets nothing between apostrophes, and an apostrophe itself
 * is written outside them. Fields without a value are set to the empty text, so that no earlier value stays.
 */
export function createShellWriter({ template, columns }: WriterContext): ObjectWriter {
  let count = 0
  let kept: ShownObject | undefined
  return {
    write(objects) {
      count += objects.length
      kept ??= objects[0]
      if (count > 1) {
        throw new CliError(
          exitCodes.failed,
          'More than one object matches, but -o shell sets the variables of only one. Narrow the filter, or use: last',
        )
      }
    },
    end() {
      if (kept) writeOut(printVariables(kept, template, columns))
    },
  }
}

function printVariables(
  object: ShownObject,
  template: WriterContext['template'],
  columns: readonly string[] | undefined,
): string {
  const all = columns ?? ['_meta', ...columnsOf(template, [object])]
  return expandMeta(all, object)
    .map((column) => `${toVariable(column, template.name)}=${quoteForShell(readColumn(object, column))}\n`)
    .join('')
}

/** `distr` → `DISTR`, `_meta.version` → `_META_VERSION`. Variables that a shell or its programs use get the template's name as a prefix. */
function toVariable(column: string, prefix: string): string {
  const name = column.replace(/[^A-Za-z0-9_]/g, '_').toUpperCase()
  return /^[0-9]/.test(name) || isOfShell.test(name) ? `${prefix.toUpperCase()}_${name}` : name
}

const isOfShell =
  /^(_|ENV|CDPATH|COLUMNS|DISPLAY|DIRSTACK|E?UID|EDITOR|FPATH|FUNCNAME|GROUPS|HOME|IFS|LANG(UAGE)?|LINES|LOGNAME|MAIL|MAIL(CHECK|PATH)|MODULE_PATH|NODE_.*|OLDPWD|OPTARG|OPTERR|OPTIND|PAGER|PATH|PIPESTATUS|POSIXLY_CORRECT|PPID|PROMPT.*|PS[0-9]|PWD|RANDOM|REPLY|SECONDS|SHELL|SHELLOPTS|SHLVL|STATUS|TERM.*|TMP(DIR)?|TEMP|TIMEFORMAT|TZ|USER(NAME)?|VISUAL|(BASH|COMP|DYLD|FCEDIT|FIGNORE|GIT|GLOBIGNORE|HIST|HOST|INPUTRC|LC|LD|MACHTYPE|NULLCMD|OSTYPE|PERL|PYTHON|READLINE|READNULLCMD|RUBY|SSH|SUDO|ZDOTDIR|ZSH).*|.*_PROXY|CI|REGISTRY_.*|XDG_.*)$/

/**
 * A value in apostrophes. Two more apostrophes, which are nothing to a shell, stand where the log of a CI service would obey the value:
 * at the beginning of each further line, and in `##[`.
 */
function quoteForShell(value: Json | undefined): string {
  const text = printCell(value)
    .replaceAll('\u0000', '')
    .replaceAll("'", "'\\''")
    .replace(/\r\n|[\r\n]/g, "$&''")
    .replace(commandInLine, "#''#")
  return `'${text}'`
}
