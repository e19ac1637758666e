/** An address without its user and password, which are for the header `Authorization`. */
export interface SplitAddress {
  readonly url: URL
  readonly user: string
  readonly password: string
  /** `Basic …`; undefined if the address has neither user nor password. */
  readonly authorization: string | undefined
}

/** Takes the user and password out of an address: `fetch` refuses it with them, and both would be in every message. */
export function splitCredentials(address: URL): SplitAddress {
  const url = new URL(address)
  const [user, password] = [decode(url.username), decode(url.password)]
  url.username = ''
  url.password = ''
  const isGiven = user !== '' || password !== ''
  const authorization = isGiven ? `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}` : undefined
  return { url, user, password, authorization }
}

/** A password may contain a `%` that begins no escape. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
