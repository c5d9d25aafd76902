import type { Parameter, ParameterTable } from './parameters.js';
import { ROUTES } from './routes.js';
import { SCHEMAS, type SchemaName } from './schemas.js';

const FAILURE = { description: 'What went wrong.', content: jsonOf('Error') };

/** The description of the API (OpenAPI 3.1), made from the tables that the server answers by. */
export function openApi(version: string): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'lestockage',
      version,
      description:
        'The store over HTTP. Every list is an envelope with generation, total, truncated and cursor. The token that ' +
        '`lestockage serve` prints goes into `Authorization: Bearer …`, or into the cookie that /api/session sets.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { cookie: [] }],
    paths: {
      ...Object.fromEntries(
        Object.entries(ROUTES).map(([name, { summary, parameters, answer }]) => [
          `/api/${name}`,
          { get: operation(name, summary, parameters, answer) },
        ]),
      ),
      '/api/session': {
        get: operation('session', 'Sets the cookie, and says what this server can do.', {}, 'Session'),
      },
      '/api/index': {
        post: operation('index', 'Indexes a project again, where that is allowed.', INDEX, 'IndexStarted'),
      },
      '/api/events': { get: eventsOperation() },
      '/api/openapi.json': {
        get: {
          operationId: 'openapi',
          summary: 'This description.',
          responses: { '200': { description: 'OpenAPI 3.1.', content: { 'application/json': {} } }, default: FAILURE },
        },
      },
    },
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'lestockage-PORT', description: 'With the port in the name.' },
      },
    },
  };
}

export const INDEX = {
  project: { kind: 'text', isRequired: true, description: 'A project that was indexed from a folder.' },
} as const satisfies ParameterTable;

function operation(name: string, summary: string, parameters: ParameterTable, answer: SchemaName): object {
  return {
    operationId: name,
    summary,
    parameters: Object.entries(parameters).map(([each, parameter]) => ({
      name: each,
      in: 'query',
      description: parameter.description,
      required: parameter.isRequired === true,
      schema: schemaOf(parameter),
    })),
    responses: { '200': { description: 'The answer.', content: jsonOf(answer) }, default: FAILURE },
  };
}

function eventsOperation(): object {
  return {
    operationId: 'events',
    summary: 'Changes of the store as server-sent events: `state`, `index` and `failure`, each with a JSON document.',
    responses: {
      '200': { description: 'A stream without an end.', content: { 'text/event-stream': {} } },
      default: FAILURE,
    },
  };
}

function jsonOf(name: SchemaName): object {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } };
}

function schemaOf(parameter: Parameter): object {
  switch (parameter.kind) {
    case 'text':
      return { type: 'string', minLength: 1 };
    case 'flag':
      return { type: 'boolean', default: false };
    case 'choice':
      return { type: 'string', enum: parameter.choices, default: parameter.standard };
    case 'count': {
      const { least: minimum, most: maximum, standard } = parameter;
      return { type: 'integer', minimum, maximum, ...(standard === undefined ? {} : { default: standard }) };
    }
  }
}
