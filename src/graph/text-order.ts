export { compareText } from '../model/index.js';
