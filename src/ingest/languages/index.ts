import type { LanguageDefinition } from '../extract/language.js';
import { c } from './c.js';
import { cpp } from './cpp.js';
import { csharp } from './csharp.js';
import { go } from './go.js';
import { java } from './java.js';
import { php } from './php.js';
import { python } from './python.js';
import { ruby } from './ruby.js';
import { rust } from './rust.js';
import { javascript, tsx, typescript } from './typescript.js';

/** To be raised with every change of what is extracted, so that stores made before it are brought up to date. */
export const FACTS_VERSION = 3;

/** Every language the indexer reads, one table each. */
export const LANGUAGES: readonly LanguageDefinition[] = [
  typescript,
  tsx,
  javascript,
  java,
  csharp,
  c,
  cpp,
  go,
  rust,
  python,
  ruby,
  php,
];

const byExtension = new Map(LANGUAGES.flatMap((language) => language.extensions.map((ending) => [ending, language])));
const byName = new Map(LANGUAGES.map((language) => [language.name, language]));

/** The language of a path, by the longest known ending of its file name; undefined for other files. */
export function languageOf(path: string): LanguageDefinition | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const language = byExtension.get(name.slice(dot));
    if (language !== undefined) return language;
  }
  return undefined;
}

export function languageByName(name: string): LanguageDefinition | undefined {
  return byName.get(name);
}
