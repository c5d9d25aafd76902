export { serveMcp, type McpOptions } from './serve.js';
