import { renderToString } from 'react-dom/server'
import { App } from './app.jsx'

// Renders the page on a server. It opens no connection there.
console.log(renderToString(<App />))
