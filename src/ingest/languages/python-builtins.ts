/** Names of Python itself: what they are, and what is known of the values that come out of them. */

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Types whose members are never of the project. */
export const BUILTIN_TYPES: ReadonlySet<string> = new Set(
  words(`
    bool bytearray bytes complex dict float frozenset int list memoryview object range set slice str tuple type
    property staticmethod classmethod super
  `),
);

/** Built-in containers as literals: their elements can be anything. */
export const BUILTIN_CONTAINERS: ReadonlySet<string> = new Set(words('dict list set frozenset tuple'));

const FUNCTIONS = `
  abs aiter all anext any apply ascii basestring bin breakpoint buffer callable chr cmp coerce compile copyright credits
  delattr dir divmod enumerate eval exec execfile exit file filter format getattr globals hasattr hash help hex id input
  intern isinstance issubclass iter len license locals long map max min next oct open ord pow print quit raw_input reduce
  reload repr reveal_type reversed round setattr sorted sum unichr unicode vars xrange zip __import__ __build_class__
`;

const CONSTANTS = `
  True False None NotImplemented Ellipsis __debug__ __name__ __file__ __doc__ __package__ __spec__ __loader__ __path__
  __builtins__ __dict__ __all__ __annotations__ __module__ __qualname__ __class__
`;

const EXCEPTIONS = `
  ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError
  BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError
  ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError Exception ExceptionGroup
  FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning
  IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError
  ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError PendingDeprecationWarning
  PermissionError ProcessLookupError PythonFinalizationError RecursionError ReferenceError ResourceWarning RuntimeError
  RuntimeWarning StandardError StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError
  TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError
  UnicodeWarning UserWarning ValueError Warning WindowsError ZeroDivisionError
`;

export const BUILTINS: ReadonlySet<string> = new Set([
  ...BUILTIN_TYPES,
  ...words(FUNCTIONS),
  ...words(CONSTANTS),
  ...words(EXCEPTIONS),
]);

/**
 * Methods of the built-in types. On a value nothing is known of, such a name is far more likely one of
 * these than the one member of the project that happens to have the same name.
 */
export const BUILTIN_METHODS: ReadonlySet<string> = new Set(
  words(`
    add append capitalize casefold center clear close conjugate copy count decode difference difference_update discard
    encode endswith expandtabs extend find flush format format_map fromhex fromkeys get has_key hex index insert
    intersection intersection_update isalnum isalpha isascii isdecimal isdigit isdisjoint isidentifier islower isnumeric
    isprintable isspace issubset issuperset istitle isupper items iteritems iterkeys itervalues join keys ljust lower
    lstrip maketrans partition pop popitem popleft appendleft read readline readlines remove removeprefix removesuffix
    replace reverse rfind rindex rjust rpartition rsplit rstrip seek setdefault sort split splitlines startswith strip
    swapcase symmetric_difference symmetric_difference_update tell title translate union update upper values write
    writelines zfill __enter__ __exit__ __len__ __iter__ __next__ __getitem__ __setitem__ __contains__ __str__ __repr__
    __eq__ __hash__ __init__ __new__ __call__ __get__ __set__ send throw with_traceback group groups groupdict
  `),
);

/** Generic types that hold many values of one of their type arguments: the first, or the last for mappings. */
export const CONTAINER_TYPES: ReadonlyMap<string, 'first' | 'last'> = new Map([
  ...words(`
    list List set Set frozenset FrozenSet AbstractSet MutableSet Sequence MutableSequence Collection Container Iterable
    Iterator Reversible Generator AsyncIterable AsyncIterator AsyncGenerator deque Deque KeysView QuerySet
  `).map((name): [string, 'first'] => [name, 'first']),
  ...words(`
    dict Dict Mapping MutableMapping defaultdict DefaultDict OrderedDict ChainMap ItemsView ValuesView WeakValueDictionary
  `).map((name): [string, 'last'] => [name, 'last']),
]);

/** Generic types whose value is used as if it were one of their type arguments. */
export const WRAPPER_TYPES: ReadonlyMap<string, 'first' | 'last'> = new Map([
  ...words(`
    Optional Final ClassVar Annotated Required NotRequired ReadOnly Awaitable ContextManager AsyncContextManager
    AbstractContextManager AbstractAsyncContextManager Future Task InitVar Mapped
  `).map((name): [string, 'first'] => [name, 'first']),
  ['Coroutine', 'last'],
]);
