export { watchFolder, type WatchOptions, type WatchTools, type WatchWarning } from './watch-folder.js';
