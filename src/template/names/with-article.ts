/** What begins with the sound of a vowel. Behind the letters that often do, the words that do not: `one`, `europe`, `unit`, `user`. */
const vowel = /^(?:a|e(?!u)|i|o(?!ne(?![a-z]))|u(?!ni(?!n)|s[aeu]|ti|uid|r[il](?![a-z]))|hour|heir)/

/** `an image`, `a user`: a template or a type with the article that it is spoken with. */
export function withArticle(name: string): string {
  return `${vowel.test(name) ? 'an' : 'a'} ${name}`
}
