export { WebServer, type WebServerOptions } from './web-server.js';
