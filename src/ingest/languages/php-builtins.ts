/** Names of PHP itself. */

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Types whose values have no members of the project. */
export const PLAIN_TYPES: ReadonlySet<string> = new Set(
  words(`
    array bool boolean callable double false float int integer iterable mixed never null numeric object resource scalar
    string true void list non-empty-array non-empty-list non-empty-string class-string array-key positive-int
  `),
);

const CLASSES = `
  ArgumentCountError ArithmeticError ArrayAccess ArrayIterator ArrayObject AssertionError Attribute BackedEnum
  BadFunctionCallException BadMethodCallException CachingIterator CallbackFilterIterator Closure Countable DOMDocument
  DOMElement DOMNode DOMXPath DateInterval DatePeriod DateTime DateTimeImmutable DateTimeInterface DateTimeZone
  DirectoryIterator DivisionByZeroError DomainException Error ErrorException Exception Fiber FilesystemIterator
  FilterIterator Generator InvalidArgumentException Iterator IteratorAggregate IteratorIterator JsonException
  JsonSerializable LengthException LimitIterator LogicException NumberFormatter OutOfBoundsException OutOfRangeException
  OuterIterator OverflowException PDO PDOException PDOStatement ParseError RangeException RecursiveArrayIterator
  RecursiveDirectoryIterator RecursiveIterator RecursiveIteratorIterator ReflectionClass ReflectionException
  ReflectionFunction ReflectionMethod ReflectionNamedType ReflectionObject ReflectionParameter ReflectionProperty
  ReflectionEnum RegexIterator RuntimeException SeekableIterator Serializable SimpleXMLElement SoapClient SplFileInfo
  SplFileObject SplFixedArray SplObjectStorage SplPriorityQueue SplQueue SplStack SplSubject SplObserver Stringable
  Throwable Traversable TypeError UnderflowException UnexpectedValueException UnhandledMatchError UnitEnum ValueError
  WeakMap WeakReference ZipArchive stdClass AllowDynamicProperties Override ReturnTypeWillChange SensitiveParameter
`;

const FUNCTIONS = `
  abs array_chunk array_column array_combine array_count_values array_diff array_diff_assoc array_diff_key array_fill
  array_fill_keys array_filter array_flip array_intersect array_intersect_key array_is_list array_key_exists
  array_key_first array_key_last array_keys array_map array_merge array_merge_recursive array_pad array_pop array_product
  array_push array_rand array_reduce array_replace array_reverse array_search array_shift array_slice array_splice
  array_sum array_unique array_unshift array_values array_walk array_walk_recursive arsort asort assert base64_decode
  base64_encode basename bin2hex call_user_func call_user_func_array ceil chdir checkdate chmod chr class_exists
  class_implements clearstatcache compact constant copy count crc32 ctype_alnum ctype_alpha ctype_digit ctype_lower
  ctype_space ctype_upper ctype_xdigit curl_close curl_exec curl_init curl_setopt curl_setopt_array current date
  date_default_timezone_set debug_backtrace define defined dirname each empty end enum_exists error_log error_reporting
  escapeshellarg eval exec exit explode extension_loaded extract fclose feof fflush fgets file file_exists
  file_get_contents file_put_contents filemtime filesize filter_var floatval flock floor fopen fprintf fputcsv fputs fread
  fseek ftell func_get_arg func_get_args func_num_args function_exists fwrite gc_collect_cycles get_called_class get_class
  get_class_methods get_debug_type get_object_vars get_parent_class getcwd getenv gettype glob gmdate hash hash_equals
  hash_hmac header headers_sent hex2bin html_entity_decode htmlentities htmlspecialchars http_build_query
  http_response_code hrtime implode in_array ini_get ini_set interface_exists intval is_a is_array is_bool is_callable
  is_countable is_dir is_file is_float is_int is_integer is_iterable is_link is_nan is_null is_numeric is_object
  is_readable is_resource is_scalar is_string is_subclass_of is_writable isset iterator_apply iterator_count
  iterator_to_array join json_decode json_encode json_last_error json_last_error_msg key key_exists krsort ksort lcfirst
  levenshtein list localtime log ltrim max mb_convert_case mb_convert_encoding mb_internal_encoding mb_str_split mb_strlen
  mb_strpos mb_strrpos mb_strtolower mb_strtoupper mb_strwidth mb_substr md5 memory_get_peak_usage memory_get_usage
  method_exists microtime min mkdir mktime mt_rand natcasesort natsort next nl2br number_format ob_end_clean
  ob_get_clean ob_get_contents ob_start opendir openssl_decrypt openssl_encrypt ord parse_str parse_url password_hash
  password_verify pathinfo phpversion pi pow preg_grep preg_last_error preg_match preg_match_all preg_quote preg_replace
  preg_replace_callback preg_split prev print print_r printf property_exists putenv rand random_bytes random_int range
  rawurldecode rawurlencode readdir realpath register_shutdown_function rename reset restore_error_handler
  restore_exception_handler rewind rmdir round rsort rtrim scandir serialize session_destroy session_id session_start
  set_error_handler set_exception_handler setcookie setlocale sha1 shell_exec shuffle simplexml_load_string sleep sort
  spl_autoload_register spl_object_hash spl_object_id sprintf sqrt str_contains str_ends_with str_ireplace str_pad
  str_repeat str_replace str_split str_starts_with str_word_count strcasecmp strcmp stream_context_create
  stream_get_contents strcspn strip_tags stripos stripslashes strlen strnatcasecmp strncasecmp strncmp strpos strrev
  strrpos strspn strstr strtolower strtotime strtoupper strtr strval substr substr_count substr_replace sys_get_temp_dir
  tempnam time tmpfile touch trait_exists trigger_error trim uasort ucfirst ucwords uksort uniqid unlink unserialize
  unset urldecode urlencode usleep usort utf8_decode utf8_encode var_dump var_export version_compare vsprintf wordwrap
`;

export const BUILTINS: ReadonlySet<string> = new Set([...PLAIN_TYPES, ...words(CLASSES), ...words(FUNCTIONS)]);

export const BUILTIN_CLASSES: ReadonlySet<string> = new Set(words(CLASSES));

/** Generic types of doc comments that hold many values of their last type argument. */
export const CONTAINER_TYPES: ReadonlySet<string> = new Set(
  words(
    'array list iterable non-empty-array non-empty-list Generator Traversable Iterator IteratorAggregate ArrayIterator',
  ),
);
