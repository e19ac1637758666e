import { render } from 'preact'
import { followAddress } from './address.ts'
import { App } from './app.tsx'
import { followTemplates } from './templates.ts'
import { followViewer } from './viewer.ts'

followAddress()
followTemplates()
followViewer()
render(<App />, document.getElementById('page') as HTMLElement)
