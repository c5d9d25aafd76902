import type { PackageManager } from '../model/index.js';

const MANAGERS: Readonly<Record<string, PackageManager>> = {
  typescript: 'npm',
  tsx: 'npm',
  javascript: 'npm',
  python: 'pypi',
  rust: 'cargo',
  go: 'go',
  java: 'maven',
};

/** What manages the packages that files of a language import; undefined where this library reads no manifests. */
export function packageManagerOf(language: string): PackageManager | undefined {
  return Object.hasOwn(MANAGERS, language) ? MANAGERS[language] : undefined;
}

/** Node's own modules, which no package of that name replaces. */
export const NODE_MODULES = setOf(
  `assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs
   http http2 https inspector module net os path perf_hooks process punycode querystring readline repl stream string_decoder
   sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib`,
);

/** The outermost modules of Python's standard library, those of versions from 3.8 on. */
const PYTHON = setOf(
  `__future__ __main__ _thread abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb
   binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall
   compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm
   decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch
   formatter fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html
   http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma
   mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath
   nturl2path numbers opcode operator optparse os ossaudiodev parser pathlib pdb pickle pickletools pipes pkgutil platform
   plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri
   random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd
   smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep
   struct subprocess sunau symbol symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this
   threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing
   unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp
   zipfile zipimport zlib zoneinfo`,
);

/** First path elements of Go's standard library. */
export const GO_STANDARD = setOf(
  `archive bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go
   hash html image index io iter log maps math mime net os path plugin reflect regexp runtime slices sort strconv
   strings structs sync syscall testing text time unicode unique unsafe weak C`,
);

const RUST = setOf('std core alloc proc_macro test');
const JAVA = setOf('java javax jdk sun');

/** Does a module text name a part of the language's own library, or a file, and not a package? */
export function isOwnLibrary(manager: PackageManager, specifier: string): boolean {
  switch (manager) {
    case 'npm':
      return /^(\.|\/|#|[a-z]+:)/i.test(specifier) || NODE_MODULES.has(specifier.split('/')[0] ?? '');
    case 'pypi':
      return specifier.startsWith('.') || PYTHON.has(specifier.split('.')[0] ?? '');
    case 'cargo':
      return /^(crate|self|super)(::|$)/.test(specifier) || RUST.has(specifier.split('::')[0] ?? '');
    case 'go':
      return specifier.startsWith('.') || GO_STANDARD.has(specifier.split('/')[0] ?? '');
    case 'maven':
      return JAVA.has(specifier.split('.')[0] ?? '');
  }
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/));
}
