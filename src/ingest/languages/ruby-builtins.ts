/** Names of Ruby itself. */

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Core classes whose values are known from how they are written. */
export const CORE_TYPES: ReadonlySet<string> = new Set(
  words('Array Hash String Symbol Integer Float Rational Complex Regexp Range Proc NilClass TrueClass FalseClass'),
);

const CLASSES = `
  ArgumentError BasicObject Binding Class ClosedQueueError Comparable ConditionVariable Data Dir ENV ARGV ARGF STDERR
  STDIN STDOUT DATA EOFError EncodingError Encoding Enumerable Enumerator Errno Exception FalseClass Fiber FiberError File
  FloatDomainError FrozenError GC IO IOError IndexError Interrupt Kernel KeyError LoadError LocalJumpError Marshal
  MatchData Math Method Module Monitor Mutex NameError NilClass NoMatchingPatternError NoMemoryError NoMethodError
  NotImplementedError Numeric Object ObjectSpace Process Queue RUBY_PLATFORM RUBY_VERSION RUBY_ENGINE Ractor Random
  RangeError RegexpError RuntimeError ScriptError SecurityError Signal SignalException SizedQueue StandardError
  StopIteration Struct SyntaxError SystemCallError SystemExit SystemStackError Thread ThreadError ThreadGroup Time
  TracePoint TrueClass TypeError UnboundMethod UncaughtThrowError Warning ZeroDivisionError
`;

const FUNCTIONS = `
  __FILE__ __LINE__ __dir__ __method__ __callee__ abort at_exit autoload binding block_given? caller caller_locations catch
  eval exec exit exit! fail fork format gets global_variables instance_variable_get instance_variable_set
  instance_variable_defined? instance_variables is_a? kind_of? instance_of? lambda load local_variables loop nil? object_id
  open p pp print printf proc putc puts raise rand readline readlines require require_relative respond_to? select sleep
  spawn sprintf srand syscall system tap test then throw trap warn attr_accessor attr_reader attr_writer attr alias_method
  define_method module_function private protected public private_class_method public_class_method private_constant
  public_constant remove_method undef_method include extend prepend refine using class_eval module_eval instance_eval
  instance_exec class_exec const_get const_set const_missing const_defined? constants instance_method instance_methods
  method methods singleton_class define_singleton_method freeze frozen? dup clone send public_send __send__ itself hash
  inspect to_s class instance_variable_names superclass ancestors included_modules allocate defined? refine
`;

export const BUILTINS: ReadonlySet<string> = new Set([...CORE_TYPES, ...words(CLASSES), ...words(FUNCTIONS)]);

/**
 * Methods of the core classes. On a value nothing is known of, such a name is far more likely one of
 * these than the one member of the project that happens to have the same name.
 */
export const CORE_METHODS: ReadonlySet<string> = new Set(
  words(`
    abs all? any? append assoc at capitalize ceil chars chomp chop chunk_while class clear clone collect collect_concat
    compact compact! compare_by_identity concat count cover? cycle days deconstruct default delete delete! delete_at
    delete_if detect dig div divmod downcase downcase! drop drop_while dump dup each each_char each_cons each_entry each_key
    each_line each_pair each_slice each_value each_with_index each_with_object empty? encode end_with? entries eql? equal?
    even? except extend fetch fetch_values fill filter filter_map find find_all find_index first flat_map flatten flatten!
    floor force_encoding freeze frozen? getbyte group_by gsub gsub! has_key? has_value? hash hex include? index inject
    insert inspect instance_of? instance_variable_get instance_variable_set intern invert is_a? itself join keep_if key
    key? keys kind_of? last lazy length lines ljust lstrip map map! match match? max max_by member? merge merge! method
    methods min min_by minmax name negative? next nil? none? nonzero? object_id odd? one? ord pack partition pop positive?
    pred prepend presence push rassoc reduce reject reject! replace respond_to? reverse reverse! reverse_each rindex rjust
    rotate round rstrip sample scan select select! send public_send __send__ shift shuffle size slice slice! sort sort!
    sort_by sort_by! split squeeze start_with? step store strip strip! sub sub! succ sum swapcase take take_while tally tap
    then times to_a to_ary to_c to_f to_h to_hash to_i to_proc to_r to_s to_set to_str to_sym tr transform_keys
    transform_keys! transform_values transform_values! transpose truncate type union uniq uniq! unpack unpack1 unshift upcase
    upcase! update upto downto valid_encoding? value? values values_at with_index with_object write read close zero? zip
    instance_methods instance_method superclass ancestors const_get const_set const_defined? constants allocate
    define_method class_eval module_eval instance_eval instance_exec class_exec singleton_class backtrace message
    full_message set_backtrace bytes bytesize casecmp casecmp? blank? present? try
  `),
);

/** Methods of every object that nobody writes anew. */
export const OBJECT_METHODS: ReadonlySet<string> = new Set(
  words(`
    class is_a? kind_of? instance_of? nil? respond_to? object_id instance_variable_get instance_variable_set
    instance_variable_defined? instance_variables send public_send __send__ freeze frozen? singleton_class methods
    define_singleton_method instance_eval instance_exec class_eval module_eval class_exec tap
  `),
);

/** Methods that call their block with the elements of what they are called on. */
export const ELEMENT_BLOCKS: ReadonlySet<string> = new Set(
  words(`
    each map collect select filter reject find detect find_all any? all? none? one? each_with_index each_with_object flat_map
    filter_map sort_by min_by max_by group_by partition sum count each_entry reverse_each find_index take_while drop_while
    delete_if keep_if map! select! reject! find_each uniq index_by each_value to_h tally_by chunk_while
  `),
);

/** Methods of containers whose result holds elements or is one. */
export const ELEMENT_RESULTS: ReadonlyMap<string, 'one' | 'many'> = new Map([
  ...words('first last find detect min_by max_by sample pop shift fetch dig at').map((name): [string, 'one'] => [
    name,
    'one',
  ]),
  ...words(`
    select filter reject sort sort_by compact uniq reverse to_a values take drop take_while drop_while find_all shuffle flatten
  `).map((name): [string, 'many'] => [name, 'many']),
]);

/** Methods that give back what they are called on. */
export const SAME_RESULTS: ReadonlySet<string> = new Set(words('tap freeze dup clone itself presence reload'));

/** Calls in a class body that name methods of the class to be called later. */
export const CALLBACKS =
  /^(?:(?:before|after|around|prepend_before|prepend_after|append_before|skip_before|skip_after)_\w+|validate|helper_method|set_callback)$/;
