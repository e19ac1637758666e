import { render } from 'preact'
import { followAddress } from './address.ts'
import { App } from './app.tsx'
import { followTemplates } from './templates.ts'

followAddress()
followTemplates()
render(<App />, document.getElementById('page') as HTMLElement)
