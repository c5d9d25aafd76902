import { describe, expect, it } from 'vitest';
import { nodeWords, searchStems, searchWords } from '../../src/graph/index.js';
import { editDistance } from '../../src/search/edit-distance.js';

const NODE = {
  filePath: 'src/net/http-client.ts',
  symbolName: 'f',
  qualifiedName: 'f',
  signature: null,
  documentation: null,
};

describe('words for search', () => {
  it.each([
    ['HTTPServer2', ['http', 'server', '2']],
    ['getUserById', ['get', 'user', 'by', 'id']],
    ['snake_case__name', ['snake', 'case', 'name']],
    ['kebab-case.dotted', ['kebab', 'case', 'dotted']],
    ['MAX_SIZE', ['max', 'size']],
    ['utf8Decode', ['utf', '8', 'decode']],
    ['größeÄndern', ['größe', 'ändern']],
    ['設定値', ['設定値']],
    ['', []],
    ['$_', []],
  ])('splits %s', (text, words) => {
    expect(searchWords(text)).toEqual(words);
  });

  it('leaves out frequent English words unless there are no others, and takes stems', () => {
    expect(searchStems('returns the parsed headers of it')).toEqual(['return', 'pars', 'head']);
    expect(searchStems('to be or not')).toEqual(['to', 'be', 'or', 'not']);
  });

  it('are the name with its stems, its initials, what is around, signature and documentation, each word once', () => {
    expect(
      nodeWords({
        ...NODE,
        symbolName: 'parseHeaders',
        qualifiedName: 'Client.parseHeaders',
        signature: 'parseHeaders(lines: string[], client: Client): Map',
        documentation: 'Parses the lines, and parses them again.',
      }),
    ).toEqual(['parse headers pars head', 'ph', 'client http', 'lin str map', 'pars lin']);
  });

  it('are few for long texts', () => {
    const documentation = Array.from(
      { length: 5000 },
      (_, at) => `word${String.fromCharCode(97 + (at % 26))}${at}`,
    ).join(' ');
    const [, , , , words] = nodeWords({ ...NODE, documentation });
    expect(words.split(' ').length).toBeLessThan(210);
  });
});

describe('edit distance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['conection', 'connection', 1],
    ['tset', 'test', 1],
    ['kitten', 'sitting', undefined],
    ['ab', 'abcd', 2],
    ['abcd', 'wxyz', undefined],
  ])('between %s and %s, up to two', (a, b, distance) => {
    expect(editDistance(a, b, 2)).toBe(distance);
    expect(editDistance(b, a, 2)).toBe(distance);
  });
});
