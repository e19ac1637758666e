import pluralize from 'pluralize'

/** The English plural of a name; of `vm_person`, that of its last word: `vm_people`. */
export function pluralOf(name: string): string {
  return name.replace(/[^_]+(?=_*$)/, (lastWord) => pluralize.plural(lastWord))
}
