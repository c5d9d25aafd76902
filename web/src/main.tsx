import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/symbol.css';
import './styles/charts.css';
import { render } from 'preact';
import { App } from './app.js';
import { startRouter } from './router.js';
import { followToken, startSession } from './session.js';

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no place for the program.');
// The token is taken out of the address before anybody reads it.
followToken();
const starting = startSession();
startRouter();
render(<App />, root);
await starting;
