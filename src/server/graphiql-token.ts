/**
 * What gives GraphiQL a token: a bar above it takes one, and every request to this server has it as a header, unless the editor of
 * headers has another. The token is kept until the tab is closed, as the page keeps it (src/page/token.ts). Every request also brings the
 * position of the last write, so that a replica that answers shows it. Plain JavaScript, as text.
 */
export const tokenProgram = `() => {
  const key = 'registry-token'
  const stored = (use) => {
    try {
      return use(sessionStorage)
    } catch {
      return null
    }
  }
  const token = stored((storage) => storage.getItem(key))
  const bar = document.createElement('form')
  bar.className = 'registry-token'
  bar.setAttribute('aria-label', 'Token')
  bar.innerHTML = '<span role="status"></span><button type="button">Token</button><label>Token ' +
    '<input type="password" autocomplete="off" autocapitalize="off" spellcheck="false"></label>' +
    '<button type="submit">Use</button><button type="button">Forget the token</button>'
  const [status, open, label, use, forget] = bar.children
  const input = label.querySelector('input')
  const show = (text, takesToken) => {
    status.textContent = text
    open.hidden = takesToken || token !== null
    label.hidden = use.hidden = !takesToken
    forget.hidden = token === null
  }
  const restart = (change) => {
    stored(change)
    location.reload()
  }
  open.onclick = () => {
    show('Kept until this tab is closed, and sent to this registry alone.', true)
    input.focus()
  }
  forget.onclick = () => restart((storage) => storage.removeItem(key))
  bar.onsubmit = (event) => {
    event.preventDefault()
    const text = input.value.trim()
    if (/^[\\x21-\\x7e]+$/.test(text)) restart((storage) => storage.setItem(key, text))
    else show('A token has no spaces, line breaks or letters with accents.', true)
  }
  show(token === null ? '' : 'This tab sends a token.', false)
  document.querySelector('#root').before(bar)

  let position = null
  const send = globalThis.fetch.bind(globalThis)
  globalThis.fetch = async (input, init = {}) => {
    const isRequest = input instanceof Request
    const headers = new Headers(init.headers ?? (isRequest ? input.headers : undefined))
    const isOurs = new URL(isRequest ? input.url : input, location.href).origin === location.origin
    if (!isOurs) return send(input, init)
    const hasOther = headers.has('Authorization')
    if (token !== null && !hasOther) headers.set('Authorization', 'Bearer ' + token)
    if (position !== null && !headers.has('X-Registry-Position')) headers.set('X-Registry-Position', position)
    const answer = await send(input, { ...init, headers })
    position = answer.headers.get('X-Registry-Position') ?? position
    if (answer.status === 401 && !hasOther)
      show(token === null ? 'This registry asks for a token.' : 'This registry does not accept the token of this tab.', true)
    return answer
  }
  if (token === null) return
  const body = JSON.stringify({ query: 'query Viewer { viewer { actor roles } }' })
  fetch('/graphql', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
    .then((answer) => answer.json())
    .then(({ data }) => {
      const { actor, roles } = data.viewer
      if (actor) show('You are ' + actor + (roles.length > 0 ? ', with the roles ' + roles.join(', ') : '') + '.', false)
    })
    .catch(() => undefined)
}`

export const tokenStyle = `body { display: flex; flex-direction: column }
      #root { flex: 1; min-height: 0 }
      .registry-token { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; justify-content: flex-end; padding: 4px 16px 0;
        font: 13px/1.5 system-ui, sans-serif }
      .registry-token [hidden] { display: none }
      .registry-token button, .registry-token input { font: inherit; color: inherit; background: none; padding: 1px 8px;
        border: 1px solid #8888; border-radius: 5px }
      .registry-token button { cursor: pointer }`
