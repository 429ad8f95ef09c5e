import { render } from 'preact'
import { App } from './app.tsx'
import { FeedContext } from './common/use-feed.ts'
import { createFeed } from './hub/feed.ts'

const root = document.getElementById('app')
if (root === null) throw new Error('index.html has no #app')

render(
  <FeedContext.Provider value={createFeed()}>
    <App />
  </FeedContext.Provider>,
  root,
)
