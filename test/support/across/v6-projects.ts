import type { Projects } from './world.js';

/** The two projects of test/fixtures/v6.db, which depend on one another. */
export const V6_PROJECTS: Projects = {
  core: {
    'package.json': '{"name":"core","version":"1.2.0","exports":"./src/index.ts","devDependencies":{"tool":"^0.3.0"}}',
    'src/index.ts':
      'export class Base {\n  walk(): Base {\n    return this;\n  }\n}\nexport function make(): Base {\n  return new Base();\n}\n',
    'src/check.ts':
      "import { check } from 'tool';\nimport { make } from './index.js';\nexport function checked() {\n  return check(make());\n}\n",
  },
  tool: {
    'package.json': '{"name":"tool","version":"0.3.1","dependencies":{"core":"^1.0.0"}}',
    'index.ts':
      "import { Base, make } from 'core';\nexport class Sub extends Base {}\nexport function check(base: Base) {\n  return make() === base.walk();\n}\n",
  },
};

/** The edges between them, once they are linked. */
export const V6_EDGES_ACROSS = [
  'core//src/check.ts#checked -call-> tool//index.ts#check',
  'tool//index.ts#Sub -inheritance-> core//src/index.ts#Base',
  'tool//index.ts#check -call-> core//src/index.ts#Base.walk',
  'tool//index.ts#check -call-> core//src/index.ts#make',
  'tool//index.ts#check -reference-> core//src/index.ts#Base',
];
