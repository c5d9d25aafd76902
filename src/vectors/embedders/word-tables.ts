// What the built-in embedder knows of words. A change here changes vectors: it needs a new id of the model.

/**
 * What frequent words count, as stems: the root of their inverse document frequency over the 27,110 symbols of
 * RxJS 7.8, cobra, ripgrep, Gson and Python's standard library, in relation to that of a word in 200 of them.
 * Rarer words count 1: what is rare there need not be rare elsewhere.
 */
export const WORD_WEIGHTS: ReadonlyMap<string, number> = new Map([
  ...weighted(
    0.4,
    `
    self
  `,
  ),
  ...weighted(
    0.45,
    `
    def return
  `,
  ),
  ...weighted(
    0.6,
    `
    error non str
  `,
  ),
  ...weighted(
    0.65,
    `
    fn nam typ valu
  `,
  ),
  ...weighted(
    0.7,
    `
    class fals fil get new rais set tru use
  `,
  ),
  ...weighted(
    0.75,
    `
    arg byt call creat default except function init lin match numb object path read result try writ
  `,
  ),
  ...weighted(
    0.8,
    `
    add append argument assert bas bool build check clos cod command data empty end exception flag
    format handl ignor import int io key len let list map messag method mut one option os pars pass pub
    static test tim used
  `,
  ),
  ...weighted(
    0.85,
    `
    attribut buff cas contain context count current doc elif encod err exampl expect export find first
    func given head http implement instanc isinstanc item join json lik link long mak mod modul need
    next observabl open output print provid public re remov repr requir run search see siz sourc start
    stat support sys tupl using version
  `,
  ),
  ...weighted(
    0.9,
    `
    64 allow alway array async block boolean break cannot charact cmd compil complet config const
    content continu convert copy crat debug defin deprecat dict dir directory eith entry eq event execut
    exist exit extend field filenam final follow found global group help implementation includ index
    info input instead internal invalid iter kind last length level limit load local log loop low max
    msg null offset ok operator optional ord otherwis overrid param paramet parent pattern prefix privat
    process property protocol python rang raw ref regex replac request root serv short sinc singl socket
    specifi split standard stream struct sup text thread throw token two unwrap updat user valid vec
    wait warn wheth without work
  `,
  ),
  ...weighted(
    0.95,
    `
    10 abc accept action ad adapt address alia already ascii availabl begin binary bit buf cach callback
    chang char child clear cls collection color com completion condition connection constructor
    correspond dat decod del detail disabl doesn element emit enabl eof even exc factory fail filt
    finally foo form fram futur generat generic getattr glob got gson hasattr hash id information inn
    integ interfac issu kwarg literal lock mark mean multipl nev nil now occur operation org packag part
    pip point pop pos possibl push py referenc represent reset respons rfc runtim saf schedul second
    send separator sequenc simpl skip slot sock sort spec special specific stack std stdout stop stor
    strip sub subclass subscrib switch system tak timeout traceback unknown unless url usiz utf util var
    variabl void want window wrap zero
  `,
  ),
]);

/** Words that programmers use for one thing, a thing a line; the first and its abbreviations among them. */
export const CONCEPTS: readonly (readonly string[])[] = `
  get retrieve fetch obtain read lookup find search locate
  remove delete drop erase clear discard unlink
  create make new build construct generate
  check verify validate ensure assert test
  error exception err failure fail
  param parameter arg argument
  dir directory folder
  config configuration setting option opt preference
  init initialize setup
  string str text
  number num numeric int integer
  len length size count
  max maximum highest largest
  min minimum lowest smallest
  request req
  response resp res reply
  context ctx
  message msg
  database db
  auth authentication authenticate login
  env environment
  function func fn callback handler method
  variable var
  index idx
  previous prev
  current cur curr
  temporary tmp temp
  execute exec run invoke call perform
  start begin launch
  stop end finish terminate halt
  send emit dispatch publish
  receive listen subscribe
  convert transform translate cast to
  parse decode deserialize unmarshal
  serialize encode stringify marshal format
  write save store persist put
  load import open
  add append insert push attach
  update modify change edit set
  show display print render
  copy clone duplicate
  compare equal equality
  merge combine join concat concatenate
  split separate divide
  filter select match
  sort order
  iterate loop walk traverse visit each
  list array sequence collection
  map dictionary dict hash table
  key identifier id name
  value val
  source src
  destination dest dst target
  file path
  token lexeme
  command cmd
  document doc documentation
  attribute attr property prop field member
  element elem item entry
  connection conn
  object obj instance
  reference ref pointer
  specification spec
  expression expr
  regular regex regexp pattern
  character char
  boolean bool flag
  administrator admin
  application app
  information info
  wait sleep delay pause
  lock mutex
  cancel abort
  retry again
  cache memo memoize
  user account
  password pwd passwd
  url uri link
  host hostname server
  http web
  stream pipe
  buffer buf
  byte bytes
  timeout deadline
  schedule timer
  enable allow permit
  disable forbid deny reject
  skip ignore omit
  wrap decorate
  register add
  calculate compute calc
  random rand
  date time timestamp
  default fallback
  nested inner
  parent ancestor
  child descendant
  replace substitute
  escape quote
  trim strip
  log trace debug
`
  .trim()
  .split('\n')
  .map(words);

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

function weighted(weight: number, text: string): (readonly [string, number])[] {
  return words(text).map((word) => [word, weight]);
}
