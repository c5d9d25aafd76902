/** The prelude: types, traits and variants that every Rust file sees. */
export const RUST_BUILTINS: ReadonlySet<string> = new Set([
  'Self', 'self', 'crate', 'super', 'str', 'bool', 'char', 'i8', 'i16', 'i32', 'i64', 'i128', 'isize', 'u8', 'u16', 'u32', 'u64',
  'u128', 'usize', 'f32', 'f64', 'Some', 'None', 'Ok', 'Err', 'Option', 'Result', 'Box', 'String', 'ToString', 'Vec',
  'Copy', 'Send', 'Sized', 'Sync', 'Unpin', 'Drop', 'Fn', 'FnMut', 'FnOnce', 'AsyncFn', 'AsyncFnMut', 'AsyncFnOnce',
  'drop', 'AsRef', 'AsMut', 'Into', 'From', 'TryFrom', 'TryInto', 'Default', 'Iterator', 'Extend', 'IntoIterator',
  'FromIterator', 'DoubleEndedIterator', 'ExactSizeIterator', 'Eq', 'Ord', 'PartialEq', 'PartialOrd', 'Clone',
  'ToOwned', 'Debug', 'Hash', '_',
]); // prettier-ignore

/** Macros of the standard library. */
export const RUST_MACROS: ReadonlySet<string> = new Set([
  'assert', 'assert_eq', 'assert_ne', 'cfg', 'column', 'compile_error', 'concat', 'dbg', 'debug_assert',
  'debug_assert_eq', 'debug_assert_ne', 'env', 'eprint', 'eprintln', 'file', 'format', 'format_args', 'include',
  'include_bytes', 'include_str', 'line', 'macro_rules', 'matches', 'module_path', 'option_env', 'panic', 'print',
  'println', 'stringify', 'thread_local', 'todo', 'unimplemented', 'unreachable', 'vec', 'write', 'writeln', 'try',
]); // prettier-ignore
